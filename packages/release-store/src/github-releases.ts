import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository } from '@recovery-playbook/github'
import { assetOf, type GithubRelease } from './github-asset.ts'
import { githubDraft, type Pause } from './github-draft.ts'
import { allPages } from './pages.ts'
import type { Release, ReleaseStore } from './store.ts'
import { transferDeadline } from './transfer.ts'

/** @param pause waits between two tries of an upload */
export function githubReleases(
  request: GithubRequest,
  repository: Repository,
  pause: Pause,
): ReleaseStore {
  return {
    async published() {
      const releases = await allPages((page) =>
        request('GET /repos/{owner}/{repo}/releases', { ...repository, ...page }),
      ).catch((error: unknown) => {
        throw refusal('list the releases', error)
      })
      return releases
        .filter(({ draft }) => !draft)
        .map((release) => published(request, repository, release))
        .sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))
    },
    async draft(tag, title) {
      // No target_commitish: the tag is there, and GitHub asks for more rights when it is sent.
      const { data } = await request('POST /repos/{owner}/{repo}/releases', {
        ...repository,
        tag_name: tag,
        name: title,
        draft: true,
        make_latest: 'false',
      }).catch((error: unknown) => {
        throw refusal(`create a draft release for ${tag}`, error)
      })
      return githubDraft(request, repository, data, pause)
    },
  }
}

function published(
  request: GithubRequest,
  repository: Repository,
  release: GithubRelease,
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
      try {
        const { data } = await request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
          ...repository,
          asset_id: asset.id,
          headers: { accept: 'application/octet-stream' },
          request: { signal: transferDeadline(asset.size) },
        })
        // With this Accept header Octokit answers with the bytes, whatever the type says.
        return new Uint8Array(data as unknown as ArrayBuffer)
      } catch (error) {
        throw new Failure('DOWNLOAD_FAILED', refusal(`hand out ${name}`, error).message, {
          hint: 'The recovery point may be all right: start the drill again.',
          cause: error,
        })
      }
    },
  }
}

const missing = (tag: string, name: string) =>
  new Failure('RECOVERY_POINT_INCOMPLETE', `${tag} lacks ${name}.`, {
    hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
  })
