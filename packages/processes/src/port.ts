import type { Readable, Writable } from 'node:stream'

/** A program to start: absolute path, arguments and *the whole* environment; nothing is inherited. */
export interface Command {
  readonly program: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly directory?: string
  /** Run as another user; only root can ask for it. */
  readonly identity?: Identity
  /** Where its standard output goes, if not to the one who starts it. */
  readonly output?: Output
}

/**
 * Another program's standard input, or an open file: connected by the kernel, as in a shell's pipe, so
 * that not a byte passes through this process. Nobody else writes into that input any more.
 */
export type Output = Running | OpenFile

/** Fulfilled by node's FileHandle. */
export interface OpenFile {
  readonly fd: number
}

export interface Identity {
  readonly uid: number
  readonly gid: number
}

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
  /** The last 64 KiB of standard error. */
  readonly stderr: string
}

export interface Running {
  readonly stdin: Writable
  /** Empty where the command named another output. */
  readonly stdout: Readable
  /** Settles when the process has ended and its output is closed; rejects only if it never started. */
  readonly ending: Promise<Ending>
  kill(signal: NodeJS.Signals): void
}

/** Starts programs; implemented by the host room. */
export interface Processes {
  start(command: Command): Running
}
