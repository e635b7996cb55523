import type { FailureCode } from './codes.ts'

export type { FailureCode }

interface Circumstances {
  /** What the user can do now: one sentence, or a command. */
  readonly hint: string
  /** What made it happen, for a log in debug mode; never shown unredacted. */
  readonly cause?: unknown
}

/**
 * The one error that this suite throws on purpose. `message` names the input or thing at fault and
 * what is wrong with it; `hint` says what to do now; `code` is stable and may be matched upon.
 */
export class Failure extends Error {
  readonly code: FailureCode
  readonly hint: string

  constructor(code: FailureCode, message: string, { hint, cause }: Circumstances) {
    super(message, { cause })
    this.name = 'Failure'
    this.code = code
    this.hint = hint
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
