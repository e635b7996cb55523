import { deleteTag } from '@recovery-playbook/backup-tag'
import { messageOf } from '@recovery-playbook/failure'
import type { GithubRequest, Repository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import type { ReleaseStore } from '@recovery-playbook/release-store'

/**
 * Removes what killed runs of this repository left behind: drafts that surely nobody writes any more,
 * with their tags. What is not removed today is tomorrow, so that no trouble here ends an export.
 */
export async function sweep(
  store: ReleaseStore,
  request: GithubRequest,
  keeper: Repository,
  runner: Runner,
): Promise<void> {
  try {
    const published = new Set((await store.published()).map(({ tag }) => tag))
    for (const stale of await store.staleDrafts()) {
      const { tag, reason } = stale
      if (!(await stale.remove())) continue
      if (!published.has(tag)) await deleteTag(request, keeper, tag).catch(() => undefined)
      runner.info(`The unfinished ${tag} is removed: ${reason}.`)
    }
  } catch (error) {
    runner.warn(`What earlier runs left unfinished was not removed: ${messageOf(error)}`)
  }
}
