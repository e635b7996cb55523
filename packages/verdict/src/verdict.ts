import { Failure, type FailureCode, messageOf } from '@recovery-playbook/failure'

/**
 * The four honest states. `NOT PROVED`: a check could not run, and that is never green. `SKIPPED`: it
 * was asked to be left out, or there is nothing yet to judge.
 */
export type State = 'PROVED' | 'FAILED' | 'NOT PROVED' | 'SKIPPED'

export interface Check {
  readonly name: string
  readonly state: State
  /** What was found, in a sentence. */
  readonly detail: string
  /** What to do now; only for what is not in order, and not for what was merely not reached. */
  readonly hint?: string
  /** The end of what a command printed that found nothing wrong; otherwise it stands in the detail. */
  readonly output?: string
}

/** One failure fails the whole; one check that could not run leaves the whole unproved. */
export function verdictOf(checks: readonly Check[]): State {
  const states = new Set(checks.map(({ state }) => state))
  if (states.has('FAILED')) return 'FAILED'
  if (states.has('NOT PROVED') || !states.has('PROVED')) return 'NOT PROVED'
  return 'PROVED'
}

/** What a process that ends with this verdict says to whoever waits for it. */
export const exitCodes: Record<State, number> = {
  PROVED: 0,
  FAILED: 1,
  'NOT PROVED': 2,
  SKIPPED: 2,
}

/** These say that the backup itself is bad; every other one says that it could not be looked at. */
const disproofs = new Set<FailureCode>([
  'NO_RECOVERY_POINT',
  'RECOVERY_POINT_INCOMPLETE',
  'MANIFEST_FORGED',
  'SIGNATURE_REFUSED',
  'PART_DAMAGED',
  'RESTORE_FAILED',
])

export function checkOfError(name: string, error: unknown): Check {
  if (!(error instanceof Failure)) {
    return {
      name,
      state: 'NOT PROVED',
      detail: `Unexpected: ${messageOf(error)}`,
      hint: 'Start the drill again; if it stays, report it as a bug with this message.',
    }
  }
  const state = disproofs.has(error.code) ? 'FAILED' : 'NOT PROVED'
  return { name, state, detail: error.message, hint: error.hint }
}
