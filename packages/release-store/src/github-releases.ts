import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository } from '@recovery-playbook/github'
import { assetOf, type GithubAsset, type GithubRelease } from './github-asset.ts'
import { downloadAsset } from './github-download.ts'
import { githubDraft } from './github-draft.ts'
import { allPages } from './pages.ts'
import type { Release, ReleaseStore } from './store.ts'
import { type Deadline, type Pause, persist, transferDeadline } from './transfer.ts'

/** @param pause waits between two tries of a transfer */
export function githubReleases(
  request: GithubRequest,
  repository: Repository,
  pause: Pause,
  deadline: Deadline = transferDeadline,
): ReleaseStore {
  const listReleases = () =>
    allPages((page) => request('GET /repos/{owner}/{repo}/releases', { ...repository, ...page }))

  return {
    async published() {
      const releases = await listReleases().catch((error: unknown) => {
        throw refusal('list the releases', error)
      })
      return releases
        .filter(({ draft }) => !draft)
        .map((release) =>
          published(release, (asset) => downloadAsset(request, repository, asset, pause, deadline)),
        )
        .sort((a, b) => Date.parse(b.publishedAt) - Date.parse(a.publishedAt))
    },
    async draft(tag, title) {
      const release = await persist(async (attempt) => {
        // GitHub takes any number of drafts with one tag: the first may be there, its answer lost.
        const made = attempt === 1 ? [] : await listReleases()
        const ours = made.find(({ draft, tag_name }) => draft && tag_name === tag)
        if (ours !== undefined) return ours
        // No target_commitish: the tag is there, and GitHub asks for more rights when it is sent.
        const { data } = await request('POST /repos/{owner}/{repo}/releases', {
          ...repository,
          tag_name: tag,
          name: title,
          draft: true,
          make_latest: 'false',
          request: { retries: 0 },
        })
        return data
      }, pause).catch((error: unknown) => {
        throw refusal(`create a draft release for ${tag}`, error)
      })
      return githubDraft(request, repository, release, pause, deadline)
    },
  }
}

function published(
  release: GithubRelease,
  download: (asset: GithubAsset) => Promise<Uint8Array>,
): Release {
  const stored = release.assets.filter(({ state }) => state === 'uploaded')
  return {
    tag: release.tag_name,
    publishedAt: release.published_at ?? '',
    url: release.html_url,
    notes: release.body ?? '',
    assets: stored.map(assetOf),
    async download(name) {
      const asset = stored.find((one) => one.name === name)
      if (asset === undefined) throw missing(release.tag_name, name)
      return download(asset)
    },
  }
}

const missing = (tag: string, name: string) =>
  new Failure('RECOVERY_POINT_INCOMPLETE', `${tag} lacks ${name}.`, {
    hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
  })
