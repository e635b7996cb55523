import type { HttpThroughSocket, RelayProgram } from '@recovery-playbook/application'
import type { Application } from '@recovery-playbook/playbook'
import { type Check, checkOfError, type State } from '@recovery-playbook/verdict'

/** An application that a drill has to show at work on the restored data. */
export interface ApplicationOrder {
  readonly application: Application
  /** The clone that this run has checked out. */
  readonly workspace: string
  readonly relay: RelayProgram
  readonly http: HttpThroughSocket
  /** The step's environment: passwords of known accounts are in it, by the names that visits give. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Masks a text in the log from now on. */
  readonly mask: (secret: string) => void
  readonly clock: { now(): Date; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> }
}

/** Where the states of checks go, and their times. */
export interface Findings {
  readonly settle: (check: Check) => void
  readonly phase: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

/** A step that finds something: an error is what it found, and the next step goes on. */
export async function look(
  { settle, phase }: Findings,
  name: string,
  title: string,
  work: () => Promise<Check>,
): Promise<State> {
  const check = await phase(title, work).catch((error: unknown) => checkOfError(name, error))
  settle({ ...check, name })
  return check.state
}
