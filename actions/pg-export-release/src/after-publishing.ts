import { Failure } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import type { ReleaseStore } from '@recovery-playbook/release-store'

/** A job that is cancelled now has a recovery point, and says so. */
export async function afterPublishing<T>(
  tag: string,
  { place }: ReleaseStore,
  { stopped }: Runner,
  work: () => Promise<T>,
): Promise<T> {
  try {
    stopped.throwIfAborted()
    return await work()
  } catch (error) {
    if (!stopped.aborted) throw error
    throw new Failure('CANCELLED', `The job was cancelled after ${tag} was published.`, {
      hint: `It is safe in ${place}. What was to be copied or removed after that is left to a later export.`,
      cause: error,
    })
  }
}
