import { createHash } from 'node:crypto'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository, statusOf } from '@recovery-playbook/github'
import { assetOf, type GithubAsset, type GithubRelease } from './github-asset.ts'
import { allPages } from './pages.ts'
import type { Asset, Draft } from './store.ts'
import { type Deadline, type Pause, persist } from './transfer.ts'

export function githubDraft(
  request: GithubRequest,
  repository: Repository,
  release: GithubRelease,
  pause: Pause,
  deadline: Deadline,
): Draft {
  const uploaded = new Map<string, Asset>()
  const release_id = release.id

  async function upload(name: string, bytes: Uint8Array): Promise<Asset> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const asset = await persist(async (attempt) => {
      if (attempt > 1) await removeWreckage(name)
      const sent = await send(name, bytes)
      assertStored(sent, name, bytes.length, sha256)
      return sent
    }, pause).catch((error: unknown) => {
      throw uploadFailed(name, error)
    })
    uploaded.set(name, { ...assetOf(asset), sha256 })
    return assetOf(asset)
  }

  async function send(name: string, bytes: Uint8Array): Promise<GithubAsset> {
    // upload_url is an RFC 6570 template: {?name,label}.
    const url = release.upload_url.replace(/\{.*\}$/, `?name=${encodeURIComponent(name)}`)
    const { data } = (await request(`POST ${url}`, {
      data: bytes,
      headers: { 'content-type': 'application/octet-stream' },
      // A repeated upload would collide with its own wreckage: `upload` removes that first.
      request: { retries: 0, signal: deadline(bytes.length) },
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

  async function assertComplete(): Promise<void> {
    const stored = await listAssets()
    for (const { name, bytes, sha256 } of uploaded.values()) {
      const asset = stored.find((one) => one.name === name)
      try {
        assertStored(asset, name, bytes, sha256 ?? '')
      } catch (error) {
        throw uploadFailed(name, error)
      }
    }
    const foreign = stored.filter(({ name }) => !uploaded.has(name)).map(({ name }) => name)
    if (foreign.length === 0) return
    throw uploadFailed(
      release.tag_name,
      new Error(`the draft holds ${foreign.join(', ')}, which this run did not upload`),
    )
  }

  async function publish(notes: string) {
    await assertComplete()
    const { data } = await request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...repository,
      release_id,
      draft: false,
      make_latest: 'false',
      body: notes,
    }).catch(publishedAnyway)
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
        : asset.size !== bytes
          ? `${asset.size} bytes are stored instead of ${bytes}`
          : typeof asset.digest === 'string' && asset.digest !== `sha256:${sha256}`
            ? `its stored digest is ${asset.digest} instead of sha256:${sha256}`
            : undefined
  if (wrong !== undefined) throw new Error(wrong)
  if (asset?.name === name) return
  throw new Failure('UPLOAD_FAILED', `${name} was stored as ${asset?.name ?? 'nothing'}.`, {
    hint: 'GitHub renames what is not plain letters and digits. Report it as a bug with this message.',
  })
}

const uploadFailed = (name: string, cause: unknown) =>
  statusOf(cause) === undefined && !(cause instanceof Failure)
    ? new Failure('UPLOAD_FAILED', `${name} was not stored: ${messageOf(cause)}.`, {
        hint: 'Nothing was published. See githubstatus.com, and start the job again.',
        cause,
      })
    : refusal(`store ${name}`, cause)
