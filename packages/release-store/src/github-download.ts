import { Failure, messageOf } from '@recovery-playbook/failure'
import { type Headers, refusal, statusOf } from '@recovery-playbook/github'
import type { GithubPlace } from './github-place.ts'
import { persist } from './persist.ts'
import { type Progress, watchProgress } from './progress.ts'
import type { Asset } from './store.ts'

/** @throws Failure DOWNLOAD_FAILED after several tries */
export const downloadAsset = (place: GithubPlace, asset: Asset): Promise<Uint8Array> =>
  receiveAsset(place, asset, (bytes) => inMemory(bytes, asset.bytes))

/**
 * The bytes of an asset, as many as the store says that it has: a connection that breaks, a page of
 * HTML in between or a standstill is a failed transfer and no damage. What the bytes *are* is for the
 * caller to compare, who knows the digest that was sealed.
 *
 * @param take called for every try
 * @throws Failure DOWNLOAD_FAILED after several tries
 */
export function receiveAsset<Taken>(
  { request, patience, standstill }: GithubPlace,
  { url, name, bytes: size }: Asset,
  take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
): Promise<Taken> {
  const transfer = () =>
    request.inTurn('GET', async (unpaced) => {
      using progress = watchProgress(standstill)
      // The asset's own address at the API: GET /repos/{owner}/{repo}/releases/assets/{asset_id}
      const { data, headers } = (await unpaced(`GET ${url}`, {
        headers: { accept: 'application/octet-stream' },
        // Octokit's own reading of a body gives an empty one for a connection that breaks, and an
        // object for what calls itself JSON.
        request: { retries: 0, signal: progress.signal, parseSuccessResponseBody: false },
      })) as { data: AsyncIterable<Uint8Array>; headers: Headers }
      return { headers, taken: await take(exactly(size, data, progress)) }
    })

  return persist(transfer, patience).then(
    ({ taken }) => taken,
    (error: unknown) => {
      throw downloadFailed(name, error)
    },
  )
}

async function* exactly(bytes: number, body: AsyncIterable<Uint8Array>, progress: Progress) {
  let came = 0
  for await (const piece of body) {
    progress.moved()
    came += piece.length
    if (came > bytes) throw new Error(`more than its ${bytes} bytes came`)
    yield piece
  }
  if (came < bytes) throw new Error(`only ${came} of its ${bytes} bytes came`)
}

async function inMemory(body: AsyncIterable<Uint8Array>, bytes: number): Promise<Uint8Array> {
  const whole = new Uint8Array(bytes)
  let filled = 0
  for await (const piece of body) {
    whole.set(piece, filled)
    filled += piece.length
  }
  return whole
}

function downloadFailed(name: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause
  const answered = statusOf(cause) !== undefined
  const { message, hint } = answered
    ? refusal(`hand out ${name}`, cause)
    : {
        message: `${name} was not downloaded: ${messageOf(cause)}.`,
        hint: 'The recovery point may be all right: start the drill again.',
      }
  return new Failure('DOWNLOAD_FAILED', message, { hint, cause })
}
