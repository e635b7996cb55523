import { Failure } from '@recovery-playbook/failure'
import { refusal, statusOf } from '@recovery-playbook/github'
import { assetOf, type GithubRelease } from './github-asset.ts'
import { downloadAsset, receiveAsset } from './github-download.ts'
import { deleteRelease, type GithubPlace } from './github-place.ts'
import { persist } from './persist.ts'
import { lacks, notARecoveryPoint } from './refused.ts'
import type { Asset, Release, Removal } from './store.ts'

export function publishedRelease(place: GithubPlace, release: GithubRelease): Release {
  const assets = release.assets.filter(({ state }) => state === 'uploaded').map(assetOf)
  function stored(name: string): Asset {
    const asset = assets.find((one) => one.name === name)
    if (asset === undefined) throw lacks(release.tag_name, name)
    return asset
  }
  return {
    tag: release.tag_name,
    title: release.name ?? '',
    publishedAt: release.published_at ?? '',
    url: release.html_url,
    notes: release.body ?? '',
    assets,
    download: async (name) => downloadAsset(place, stored(name)),
    receive: async (name, take) => receiveAsset(place, stored(name), take),
    annotate: (notes) => annotate(place, release, notes),
  }
}

async function annotate(
  { request, repository }: GithubPlace,
  release: GithubRelease,
  body: string,
) {
  try {
    await request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...repository,
      release_id: release.id,
      body,
    })
  } catch (error) {
    throw refusal(`edit the notes of ${release.tag_name}`, error)
  }
}

/** The release first: one that loses its tag becomes a draft, and an immutable one holds its tag. */
export async function removeRelease(
  place: GithubPlace,
  tag: string,
  { isRecoveryPoint, pruneTag }: Removal,
): Promise<boolean> {
  const release = await releaseByTag(place, tag)
  if (release === undefined) return false
  if (!(await isRecoveryPoint(publishedRelease(place, release)))) throw notARecoveryPoint(tag)
  await persist(() => deleteRelease(place, release.id), place.patience).catch(
    unless([404], `delete the release ${tag}`),
  )
  if (pruneTag) await deleteTag(place, tag)
  return true
}

async function releaseByTag({ request, repository }: GithubPlace, tag: string) {
  try {
    const route = 'GET /repos/{owner}/{repo}/releases/tags/{tag}'
    const { data } = await request(route, { ...repository, tag })
    if (data.tag_name === tag && !data.draft) return data
    throw new Failure('NOT_A_RECOVERY_POINT', `GitHub showed another release than ${tag}.`, {
      hint: 'Nothing was deleted. See githubstatus.com, and start the job again.',
    })
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw refusal(`show the release ${tag}`, error)
  }
}

const deleteTag = ({ request, repository, patience }: GithubPlace, tag: string) =>
  persist(async () => {
    const route = 'DELETE /repos/{owner}/{repo}/git/refs/{ref}'
    await request(route, { ...repository, ref: `tags/${tag}` })
    // 422: GitHub's answer where there is no such ref.
  }, patience).catch(unless([404, 422], `delete the tag ${tag}, whose release is deleted`))

const unless = (statuses: readonly number[], attempt: string) => (error: unknown) => {
  if (!statuses.includes(statusOf(error) ?? 0)) throw refusal(attempt, error)
}
