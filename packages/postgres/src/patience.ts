import { Failure } from '@recovery-playbook/failure'
import type { Processes } from '@recovery-playbook/processes'
import { troubleOf } from './connection-trouble.ts'
import type { Connection } from './connection.ts'
import { openSession, type Session } from './session.ts'

/** Milliseconds before each further attempt: a server that starts needs a few seconds. */
const pauses = [1000, 2000, 4000, 8000]

export interface Patience {
  readonly sleep: (milliseconds: number) => Promise<void>
  /** A line for the log, before each pause. */
  readonly onRetry?: (line: string) => void
}

/**
 * `openSession`, and again where the trouble may pass: a server that starts, refuses or is full for a
 * moment, a name that DNS does not know yet. A wrong password is tried once.
 *
 * @throws Failure CONNECTION_FAILED of the last attempt
 */
export async function openSessionPatiently(
  psql: string,
  connection: Connection,
  processes: Processes,
  { sleep, onRetry }: Patience,
): Promise<Session> {
  for (const pause of pauses) {
    try {
      return await openSession(psql, connection, processes)
    } catch (error) {
      if (!mayPass(error)) throw error
      onRetry?.(`${error.message} Trying again in ${pause / 1000} s.`)
      await sleep(pause)
    }
  }
  return openSession(psql, connection, processes)
}

const mayPass = (error: unknown): error is Failure =>
  error instanceof Failure &&
  error.code === 'CONNECTION_FAILED' &&
  troubleOf(error.message)?.passes === true
