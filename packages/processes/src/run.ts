import { text } from 'node:stream/consumers'
import type { Command, Ending, Processes } from './port.ts'

/** What a short program said. */
export interface Answer extends Ending {
  readonly stdout: string
}

/** Runs a program to its end and keeps all of its output: for short answers only. */
export async function run(processes: Processes, command: Command): Promise<Answer> {
  const child = processes.start(command)
  child.stdin.end()
  const [stdout, ending] = await Promise.all([text(child.stdout), child.ending])
  return { ...ending, stdout }
}

/**
 * What every child of this room gets besides its connection: messages in English, because they are
 * matched upon, and no time zone or home directory of the machine.
 */
export const childEnvironment: Readonly<Record<string, string>> = { LC_ALL: 'C', TZ: 'UTC' }

/** How a child ended, in words. */
export const endingInWords = ({ code, signal }: Ending): string =>
  signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`
