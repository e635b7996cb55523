import { messageOf } from '@recovery-playbook/failure'
import { allPages, isSpentTag, refusal, statusOf } from '@recovery-playbook/github'
import { type DraftMarker, markedBody, parseMarker, sameMarker } from './draft-marker.ts'
import { type GithubAsset, type GithubRelease, whatIsWrong } from './github-asset.ts'
import { deleteRelease, type GithubPlace, listReleases } from './github-place.ts'
import { rereadable } from './content.ts'
import { downloadAsset, receiveAsset } from './github-download.ts'
import { uploadAsset, uploadFailed } from './github-upload.ts'
import { persist } from './persist.ts'
import { lacks, tagSpent } from './refused.ts'
import type { Asset, Draft } from './store.ts'

export async function beginDraft(place: GithubPlace, tag: string, title: string): Promise<Draft> {
  const { request, repository, patience } = place
  try {
    const marker = await markerFor(place, tag)
    const release = await persist(async (attempt) => {
      // GitHub takes any number of drafts with one tag: the first may be there, its answer lost.
      const made = attempt === 1 ? [] : await listReleases(place)
      const ours = made.find((one) => isOurs(one, tag, marker))
      if (ours !== undefined) return ours
      // No target_commitish: the tag is there, and GitHub asks for more rights when it is sent.
      const { data } = await request('POST /repos/{owner}/{repo}/releases', {
        ...repository,
        tag_name: tag,
        name: title,
        draft: true,
        make_latest: 'false',
        ...(marker === undefined ? {} : { body: markedBody(marker) }),
        request: { retries: 0 },
      })
      return data
    }, patience)
    return githubDraft(place, { release, tag, stored: [] })
  } catch (error) {
    throw spentOr(tag, error, `create a draft release for ${tag}`)
  }
}

/** With GitHub's time in it, since nobody's clock is to decide what is old. */
export async function markerFor(
  { request, repository, run }: GithubPlace,
  tag: string,
): Promise<DraftMarker | undefined> {
  if (run === undefined) return undefined
  if (request.serverTime() === undefined)
    await request('GET /repos/{owner}/{repo}', { ...repository })
  const since = request.serverTime()
  return since && { tag, run, since: since.toISOString() }
}

const isOurs = (
  { draft, tag_name, body }: GithubRelease,
  tag: string,
  marker: DraftMarker | undefined,
): boolean =>
  draft && (marker === undefined ? tag_name === tag : sameMarker(parseMarker(body), marker))

interface Begun {
  readonly release: GithubRelease
  readonly tag: string
  /** Assets that are there, whole. */
  readonly stored: readonly Asset[]
}

export function githubDraft(place: GithubPlace, { release, tag, stored }: Begun): Draft {
  const { request, repository } = place
  const release_id = release.id
  const uploaded = new Map(stored.map((asset) => [asset.name, asset]))

  const listAssets = () =>
    allPages((page) =>
      request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', {
        ...repository,
        release_id,
        ...page,
      }),
    )

  function storedAs(name: string): Asset {
    const asset = uploaded.get(name)
    if (asset === undefined) throw lacks(tag, name)
    return asset
  }

  async function publish(notes: string) {
    assertComplete(tag, await listAssets(), uploaded)
    const patch = () =>
      request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
        ...repository,
        release_id,
        tag_name: tag,
        draft: false,
        make_latest: 'false',
        body: notes,
        request: { retries: 0 },
      }).catch(publishedAnyway)
    const { data } = await persist(patch, place.patience)
    return { url: data.html_url }
  }

  /** Where only the answer was lost, the release's state says so. */
  async function publishedAnyway(error: unknown) {
    const now = await request('GET /repos/{owner}/{repo}/releases/{release_id}', {
      ...repository,
      release_id,
    }).catch(() => undefined)
    if (now?.data.draft === false) return now
    throw error
  }

  return {
    async upload(name, content) {
      const there = uploaded.get(name)
      const asset = await uploadAsset(place, {
        name,
        content: rereadable(content),
        uploadUrl: release.upload_url,
        listAssets,
        expected: there !== undefined,
      })
      uploaded.set(name, asset)
      return asset
    },
    download: async (name) => downloadAsset(place, storedAs(name)),
    receive: async (name, take) => receiveAsset(place, storedAs(name), take),
    assets: () => [...uploaded.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    publish: (notes) =>
      publish(notes).catch((error: unknown) => {
        throw spentOr(tag, error, `publish ${tag}`)
      }),
    discard: () => deleteRelease(place, release_id),
  }
}

function assertComplete(
  tag: string,
  stored: readonly GithubAsset[],
  uploaded: ReadonlyMap<string, Asset>,
): void {
  for (const expected of uploaded.values()) {
    const asset = stored.find(({ name }) => name === expected.name)
    const wrong = whatIsWrong(asset, expected)
    if (wrong !== undefined) throw uploadFailed(expected.name, new Error(wrong))
  }
  const foreign = stored.filter(({ name }) => !uploaded.has(name)).map(({ name }) => name)
  if (foreign.length === 0) return
  const wrong = `the draft holds ${foreign.join(', ')}, which this run did not upload`
  throw uploadFailed(tag, new Error(wrong))
}

/** What a caller can mend by drawing another name, told apart from all else. */
function spentOr(tag: string, error: unknown, attempt: string) {
  if (isSpentTag(error)) {
    return tagSpent(
      tag,
      'a deleted immutable release had this tag, which GitHub never gives out again',
      error,
    )
  }
  if (statusOf(error) === 422 && messageOf(error).includes('already_exists')) {
    return tagSpent(tag, 'another release has this tag', error)
  }
  return refusal(attempt, error)
}
