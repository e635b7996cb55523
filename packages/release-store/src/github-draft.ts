import { createHash } from 'node:crypto'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository, statusOf } from '@recovery-playbook/github'
import { assetOf, type GithubAsset, type GithubRelease } from './github-asset.ts'
import { allPages } from './pages.ts'
import type { Asset, Draft } from './store.ts'
import { transferDeadline } from './transfer.ts'

/** Waits so many milliseconds. */
export type Pause = (milliseconds: number) => Promise<void>

const tries = 4

export function githubDraft(
  request: GithubRequest,
  repository: Repository,
  release: GithubRelease,
  pause: Pause,
): Draft {
  const uploaded = new Map<string, Asset>()
  const release_id = release.id

  async function upload(name: string, bytes: Uint8Array): Promise<Asset> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    for (let attempt = 1; ; attempt += 1) {
      try {
        const asset = await send(name, bytes)
        assertStored(asset, name, bytes.length, sha256)
        uploaded.set(name, { ...assetOf(asset), sha256 })
        return assetOf(asset)
      } catch (error) {
        if (attempt === tries || hopeless(error)) throw uploadFailed(name, error)
        await pause(1000 * 4 ** (attempt - 1))
        await removeWreckage(name)
      }
    }
  }

  async function send(name: string, bytes: Uint8Array): Promise<GithubAsset> {
    // upload_url is an RFC 6570 template: {?name,label}.
    const url = release.upload_url.replace(/\{.*\}$/, `?name=${encodeURIComponent(name)}`)
    const { data } = (await request(`POST ${url}`, {
      data: bytes,
      headers: { 'content-type': 'application/octet-stream', 'content-length': bytes.length },
      // A repeated upload would collide with its own wreckage: the loop above removes that first.
      request: { retries: 0, signal: transferDeadline(bytes.length) },
    })) as { data: GithubAsset }
    return data
  }

  /** A failed upload leaves an asset in state `starter`, which blocks its name (goreleaser#1382). */
  async function removeWreckage(name: string): Promise<void> {
    for (const asset of await listAssets()) {
      if (asset.name !== name) continue
      await request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
        ...repository,
        asset_id: asset.id,
      })
    }
  }

  const listAssets = () =>
    allPages((page) =>
      request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', {
        ...repository,
        release_id,
        ...page,
      }),
    )

  async function publish(notes: string) {
    const stored = await listAssets()
    for (const { name, bytes, sha256 } of uploaded.values()) {
      const asset = stored.find((one) => one.name === name)
      assertStored(asset, name, bytes, sha256 ?? '')
    }
    if (stored.length !== uploaded.size) {
      throw uploadFailed(release.tag_name, new Error('the draft holds assets that are not ours'))
    }
    const { data } = await request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...repository,
      release_id,
      draft: false,
      make_latest: 'false',
      body: notes,
    })
    return { url: data.html_url }
  }

  return {
    upload,
    assets: () => [...uploaded.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    publish: (notes) =>
      publish(notes).catch((error: unknown) => {
        throw refusal(`publish ${release.tag_name}`, error)
      }),
    async discard() {
      await request('DELETE /repos/{owner}/{repo}/releases/{release_id}', {
        ...repository,
        release_id,
      })
    },
  }
}

function assertStored(
  asset: GithubAsset | undefined,
  name: string,
  bytes: number,
  sha256: string,
): asserts asset is GithubAsset {
  const wrong =
    asset === undefined
      ? 'it is not there'
      : asset.state !== 'uploaded'
        ? `its state is '${asset.state}'`
        : asset.name !== name
          ? `GitHub named it ${asset.name}`
          : asset.size !== bytes
            ? `${asset.size} bytes are stored instead of ${bytes}`
            : typeof asset.digest === 'string' && asset.digest !== `sha256:${sha256}`
              ? `its stored digest is ${asset.digest} instead of sha256:${sha256}`
              : undefined
  if (wrong !== undefined) throw new Error(wrong)
}

/** Nothing changes by trying again: the token, its rights, or the request itself are wrong. */
const hopeless = (error: unknown) => [400, 401, 403, 404].includes(statusOf(error) ?? 0)

const uploadFailed = (name: string, cause: unknown) =>
  statusOf(cause) === undefined
    ? new Failure('UPLOAD_FAILED', `${name} was not stored: ${messageOf(cause)}.`, {
        hint: 'Nothing was published. See githubstatus.com, and start the job again.',
        cause,
      })
    : refusal(`store ${name}`, cause)
