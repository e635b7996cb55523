import { type PacedRequest, refusal, type Repository } from '@recovery-playbook/github'
import { beginDraft } from './github-draft.ts'
import { listReleases, type GithubPlace } from './github-place.ts'
import { publishedRelease, removeRelease } from './github-published.ts'
import { githubStaleDrafts } from './github-stale-drafts.ts'
import type { Patience } from './persist.ts'
import { standstill } from './progress.ts'
import { githubRuns, type IsOver } from './stale.ts'
import type { ReleaseStore, Run } from './store.ts'

interface Settings {
  /** Waits between two tries. */
  readonly pause: Patience['pause']
  /** The run that uses the store. Without one a draft has no marker, and is never swept. */
  readonly run?: Run
  /** Default: asked with the token of this store, which may not see the runs of another repository. */
  readonly isOver?: IsOver
  readonly random?: Patience['random']
  /** Milliseconds without a byte after which a transfer is broken off. */
  readonly standstill?: number
}

export function githubReleases(
  request: PacedRequest,
  repository: Repository,
  { pause, run, isOver = githubRuns(request), random = Math.random, ...settings }: Settings,
): ReleaseStore {
  const place: GithubPlace = {
    request,
    repository,
    run,
    patience: { pause, random },
    standstill: settings.standstill ?? standstill,
  }
  return {
    place: `${repository.owner}/${repository.repo}`,
    async published() {
      const releases = await listReleases(place).catch((error: unknown) => {
        throw refusal('list the releases', error)
      })
      return releases
        .filter(({ draft }) => !draft)
        .map((release) => publishedRelease(place, release))
        .sort((a, b) => Date.parse(b.publishedAt) - Date.parse(a.publishedAt))
    },
    draft: (tag, title) => beginDraft(place, tag, title),
    remove: (tag, removal) => removeRelease(place, tag, removal),
    staleDrafts: () => githubStaleDrafts(place, isOver),
  }
}
