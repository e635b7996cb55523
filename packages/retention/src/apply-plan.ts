import type { Candidate } from './candidate.ts'
import type { Plan } from './plan.ts'

/** Removes a release with its assets and its tag. */
export type Remove = (candidate: Candidate) => Promise<void>

export interface Outcome {
  readonly dryRun: boolean
  /** What is gone, in the order in which it went. */
  readonly removed: readonly Candidate[]
  /** Where it stopped; whether this one is still there is not known. */
  readonly failure: { readonly candidate: Candidate; readonly error: unknown } | undefined
}

/** Removes one after the other, the oldest first, and stops where one cannot be removed. */
export async function applyPlan(
  plan: Plan,
  remove: Remove,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Outcome> {
  const removed: Candidate[] = []
  const unwanted = plan.decisions.filter(({ action }) => action === 'remove').reverse()
  for (const { candidate } of dryRun ? [] : unwanted) {
    try {
      await remove(candidate)
    } catch (error) {
      return { dryRun, removed, failure: { candidate, error } }
    }
    removed.push(candidate)
  }
  return { dryRun, removed, failure: undefined }
}
