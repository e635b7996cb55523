import type { Choice } from '../proposal.ts'

/** One key of the proposed playbook, and why it says what it says. */
export interface Section {
  readonly key: string
  /** Undefined where there is nothing to say, and the comment shows how it would be said. */
  readonly value: unknown
  /** Stands above the key. */
  readonly comment?: string
  readonly choices?: readonly Choice[]
  readonly notes?: readonly string[]
}
