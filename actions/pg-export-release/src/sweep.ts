import { messageOf } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import type { ReleaseStore } from '@recovery-playbook/release-store'

interface Sweeping {
  readonly removeTag: (tag: string) => Promise<void>
  /** Tags of drafts that somebody goes on with. */
  readonly except?: readonly string[]
}

/**
 * Removes what killed runs of this repository left behind: drafts that surely nobody writes any more,
 * with their tags. What is not removed today is tomorrow, so that no trouble here ends an export.
 */
export async function sweep(
  store: ReleaseStore,
  { removeTag, except = [] }: Sweeping,
  runner: Runner,
): Promise<void> {
  try {
    const published = new Set((await store.published()).map(({ tag }) => tag))
    for (const stale of await store.staleDrafts()) {
      const { tag, reason } = stale
      if (except.includes(tag)) continue
      if (!(await stale.remove())) continue
      if (!published.has(tag)) await removeTag(tag)
      runner.info(`The unfinished ${tag} in ${store.place} is removed: ${reason}.`)
    }
  } catch (error) {
    runner.warn(
      `What earlier runs left unfinished in ${store.place} was not removed: ${messageOf(error)}`,
    )
  }
}
