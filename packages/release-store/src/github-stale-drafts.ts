import { refusal, statusOf } from '@recovery-playbook/github'
import { type DraftMarker, markedBody, parseMarker, sameMarker } from './draft-marker.ts'
import { assetOf, type GithubRelease } from './github-asset.ts'
import { githubDraft, markerFor } from './github-draft.ts'
import { deleteRelease, type GithubPlace, listReleases } from './github-place.ts'
import { type IsOver, whyStale } from './stale.ts'
import type { Draft, StaleDraft } from './store.ts'

export async function githubStaleDrafts(place: GithubPlace, isOver: IsOver): Promise<StaleDraft[]> {
  const releases = await listReleases(place).catch((error: unknown) => {
    throw refusal('list the drafts', error)
  })
  const stale: StaleDraft[] = []
  for (const release of releases) {
    const marker = release.draft ? parseMarker(release.body) : undefined
    if (marker === undefined) continue
    const now = place.request.serverTime()
    const suspect = { run: marker.run, lastSign: lastSign(release, marker), now }
    const reason = await whyStale(suspect, place.run, isOver)
    if (reason !== undefined) stale.push(staleDraft(place, release.id, marker, reason))
  }
  return stale
}

/** A draft's `created_at` is the date of its commit: it says nothing about the draft. */
function lastSign({ assets, updated_at }: GithubRelease, { since }: DraftMarker): Date {
  const signs = [since, updated_at ?? since, ...assets.map((asset) => asset.updated_at)]
  return new Date(Math.max(...signs.map((sign) => Date.parse(sign))))
}

function staleDraft(
  place: GithubPlace,
  release_id: number,
  marker: DraftMarker,
  reason: string,
): StaleDraft {
  const { request, repository } = place
  const { tag, run } = marker

  /** Somebody may have published it, swept it or made it their own meanwhile. */
  async function stillStale(): Promise<boolean> {
    try {
      const route = 'GET /repos/{owner}/{repo}/releases/{release_id}'
      const { data } = await request(route, { ...repository, release_id })
      return data.draft && sameMarker(parseMarker(data.body), marker)
    } catch (error) {
      if (statusOf(error) === 404) return false
      throw error
    }
  }

  async function resume(): Promise<Draft> {
    const own = await markerFor(place, tag)
    const { data: release } = await request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...repository,
      release_id,
      ...(own === undefined ? {} : { body: markedBody(own) }),
    })
    const whole = release.assets.filter(({ state, digest }) => state === 'uploaded' && digest)
    for (const { id } of release.assets.filter((asset) => !whole.includes(asset))) {
      const route = 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}'
      await request(route, { ...repository, asset_id: id })
    }
    return githubDraft(place, { release, tag, stored: whole.map(assetOf) })
  }

  return {
    tag,
    madeBy: run,
    reason,
    resume: () =>
      resume().catch((error: unknown) => {
        throw refusal(`take over the draft of ${tag}`, error)
      }),
    async remove() {
      try {
        if (!(await stillStale())) return false
        await deleteRelease(place, release_id)
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw refusal(`delete the draft of ${tag}`, error)
      }
    },
  }
}
