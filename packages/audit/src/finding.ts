/** `false`: it cannot be true. `unproved`: nothing shows it. `unknown`: it could not be looked at. */
export type Severity = 'false' | 'unproved' | 'unknown'

export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly file: string
  /** From 1. */
  readonly line: number
  /** What is claimed there. */
  readonly claim: string
  /** What is so. */
  readonly fact: string
  /** Where that is known from: a file and its line, a drill, a page with the date it was read. */
  readonly source: string
  /** What to do about it. */
  readonly mend: string
}
