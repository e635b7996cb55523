import { Failure, messageOf } from '@recovery-playbook/failure'
import { refusal, statusOf } from '@recovery-playbook/github'
import type { Rereadable } from './content.ts'
import { assetOf, type GithubAsset, whatIsWrong } from './github-asset.ts'
import type { GithubPlace } from './github-place.ts'
import { persist } from './persist.ts'
import { type Progress, watchProgress } from './progress.ts'
import { unpublished } from './refused.ts'
import type { Asset } from './store.ts'

interface Upload {
  readonly name: string
  readonly content: Rereadable
  /** As `upload_url` of a release has it: an RFC 6570 template with `{?name,label}`. */
  readonly uploadUrl: string
  /** Whether an asset of this name is known to be there. */
  readonly expected: boolean
  /** Everything that the release holds now. */
  readonly listAssets: () => Promise<readonly GithubAsset[]>
}

/**
 * Stores one asset and compares what the store says that it has. What is there already with the right
 * digest is not sent a second time.
 *
 * @throws Failure UPLOAD_FAILED, GITHUB_REFUSED
 */
export async function uploadAsset(place: GithubPlace, upload: Upload): Promise<Asset> {
  const { name } = upload
  const { bytes, sha256 } = upload.content
  let refusedAsTaken = false

  async function store(attempt: number): Promise<GithubAsset> {
    const mayBeThere = upload.expected || attempt > 1
    const there = mayBeThere ? await settle(place, upload, refusedAsTaken) : undefined
    if (there !== undefined) return there
    const sent = await send(place, upload).catch((error: unknown) => {
      if (!isTaken(error)) throw error
      refusedAsTaken ||= attempt === 1
      throw new Error('an asset of this name is there already', { cause: error })
    })
    const wrong = whatIsWrong(sent, { name, bytes, sha256 })
    if (wrong !== undefined) throw new Error(wrong)
    if (sent.name !== name) throw renamed(name, sent.name)
    return sent
  }

  try {
    // Our own digest, also where the store gives none.
    return { ...assetOf(await persist(store, place.patience)), sha256 }
  } catch (error) {
    throw uploadFailed(name, error)
  }
}

/**
 * After a try whose end is not known. A failed upload leaves an asset in state `starter`, which blocks
 * its name (goreleaser#1382); one whose answer was lost is there and right.
 */
async function settle(
  { request, repository }: GithubPlace,
  { name, content: { bytes, sha256 }, listAssets }: Upload,
  foreign: boolean,
): Promise<GithubAsset | undefined> {
  for (const asset of await listAssets()) {
    if (asset.name !== name) continue
    const wrong = whatIsWrong(asset, { name, bytes, sha256 })
    // Without a digest nobody knows what it is.
    if (wrong === undefined && asset.digest != null) return asset
    if (foreign && asset.state === 'uploaded') throw taken(name, wrong)
    await request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      ...repository,
      asset_id: asset.id,
    })
  }
  return undefined
}

function send(
  { request, standstill }: GithubPlace,
  { name, content, uploadUrl }: Upload,
): Promise<GithubAsset> {
  const url = uploadUrl.replace(/\{.*\}$/, `?name=${encodeURIComponent(name)}`)
  return request
    .inTurn('POST', async (unpaced) => {
      using progress = watchProgress(standstill)
      return await unpaced(`POST ${url}`, {
        data: ReadableStream.from(moving(content.read(), progress)),
        headers: {
          'content-type': 'application/octet-stream',
          // GitHub takes no chunked body.
          'content-length': content.bytes,
        },
        // A repeated upload would collide with its own wreckage: `settle` looks at that first.
        request: { retries: 0, signal: progress.signal },
      })
    })
    .then(({ data }) => data as GithubAsset)
}

/** The connection takes the next slice when it has sent the one before: that is what progress is. */
async function* moving(slices: ReturnType<Rereadable['read']>, progress: Progress) {
  for await (const one of slices) {
    progress.moved()
    yield one
  }
  progress.moved()
}

const isTaken = (error: unknown) =>
  statusOf(error) === 422 && messageOf(error).includes('already_exists')

const taken = (name: string, wrong = 'GitHub has no digest of it') =>
  new Failure('UPLOAD_FAILED', `${name} was there before this run stored it: ${wrong}.`, {
    hint: `${unpublished} Somebody else writes to this draft; start the job again.`,
  })

const renamed = (name: string, stored: string) =>
  new Failure('UPLOAD_FAILED', `${name} was stored as ${stored}.`, {
    hint: 'GitHub renames what is not plain letters and digits. Report it as a bug with this message.',
  })

export const uploadFailed = (name: string, cause: unknown) =>
  statusOf(cause) === undefined && !(cause instanceof Failure)
    ? new Failure('UPLOAD_FAILED', `${name} was not stored: ${messageOf(cause)}.`, {
        hint: `${unpublished} See githubstatus.com, and start the job again.`,
        cause,
      })
    : refusal(`store ${name}`, cause)
