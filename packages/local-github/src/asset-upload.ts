import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { storedName } from './asset-name.ts'
import { Refusal, invalidRequest, notFound, validationFailed } from './errors.ts'
import { answer, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import type { FaultKind } from './faults.ts'
import { renderAsset } from './release-rendering.ts'
import { releaseOf } from './releases.ts'
import { nextId } from './repository.ts'
import type { Route } from './router.ts'
import type { AssetRecord, RepositoryState } from './state.ts'
import { drained } from './transmission.ts'

/** docs.github.com/rest/releases/assets#upload-a-release-asset, on the second origin. */
export const uploadRoutes: readonly Route[] = [
  { method: 'POST', path: '/releases/{id}/assets', needs: ['contents', 'write'], handle: upload },
]

const mostAssets = 1000
const tooLarge = 2 * 1024 ** 3

/**
 * Stores the body as it comes, and digests it on the way. The asset exists as `starter` from the
 * first byte on, and stays one when the rest does not arrive.
 */
async function upload(call: Call): Promise<Answer> {
  // Whoever announces too much need not send it.
  const length = announcedLength(call)
  try {
    const reserved = await call.repository.change((state) => reserve(call, state))
    const written = await store(call, reserved.id, length)
    if (call.fault?.kind === 'starter') {
      throw new Refusal(call.fault.status ?? 502, 'Error saving asset')
    }
    return await call.repository.change((state) => complete(call, state, reserved.id, written))
  } catch (error) {
    if (error instanceof Refusal) await drained(call.content)
    throw error
  }
}

/** @throws Refusal 400 without a Content-Length, as a chunked body has none */
function announcedLength({ headers }: Call): number {
  const length = Number(headers['content-length'] ?? NaN)
  if (!Number.isInteger(length)) throw new Refusal(400, 'Bad Content-Length: ')
  if (length < 1) throw sizeRefused('size must be greater than or equal to 1')
  if (length >= tooLarge) throw sizeRefused(`size must be less than ${tooLarge}`)
  return length
}

/** Takes the name before the first byte is read: two uploads of one name never both succeed. */
function reserve(call: Call, state: RepositoryState): AssetRecord {
  const release = releaseOf(call, state)
  if (release.immutable) throw frozen('Cannot upload assets to an immutable release')
  const wanted = call.query.get('name') ?? ''
  if (wanted === '') throw invalidRequest('"name" wasn\'t supplied.')
  const name = storedName(wanted)
  if (release.assets.some((asset) => asset.name === name)) {
    throw validationFailed({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' })
  }
  if (release.assets.length >= mostAssets) throw tooManyAssets()
  const now = timestamp(call.now())
  const asset: AssetRecord = {
    id: nextId(state),
    name,
    label: call.query.get('label') ?? '',
    state: 'starter',
    contentType: call.headers['content-type'] ?? 'application/octet-stream',
    size: 0,
    digest: null,
    downloads: 0,
    createdAt: now,
    updatedAt: now,
  }
  release.assets.push(asset)
  return asset
}

interface Written {
  readonly size: number
  readonly digest: string
}

async function store(call: Call, id: number, length: number): Promise<Written> {
  const path = call.repository.assetPath(id)
  const hash = createHash('sha256')
  let size = 0
  const digesting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      hash.update(chunk)
      done(null, chunk)
    },
  })
  try {
    await pipeline(call.content, digesting, createWriteStream(`${path}.part`))
    if (size !== length) throw new Refusal(400, `Bad Content-Length: ${length}`)
  } catch (error) {
    await rm(`${path}.part`, { force: true })
    throw error
  }
  await rename(`${path}.part`, path)
  return { size, digest: `sha256:${hash.digest('hex')}` }
}

async function complete(
  call: Call,
  state: RepositoryState,
  id: number,
  { size, digest }: Written,
): Promise<Answer> {
  const release = state.releases.find(({ assets }) => assets.some((one) => one.id === id))
  const asset = release?.assets.find((one) => one.id === id)
  if (release === undefined || asset === undefined) {
    await call.repository.removeAssets([id])
    throw notFound()
  }
  asset.state = 'uploaded'
  asset.size = call.fault?.kind === 'wrong-size' ? size + 1 : size
  asset.digest = reportedDigest(call.fault?.kind, digest)
  asset.updatedAt = timestamp(call.now())
  const rendered = renderAsset(call, release, asset)
  return answer(201, rendered, { location: rendered.url })
}

const reportedDigest = (fault: FaultKind | undefined, digest: string): string | null =>
  fault === 'no-digest' ? null : fault === 'wrong-digest' ? otherDigest(digest) : digest

/** A digest of GitHub's form that is not the content's. */
const otherDigest = (digest: string): string =>
  `sha256:${createHash('sha256').update(digest).digest('hex')}`

const sizeRefused = (message: string) =>
  validationFailed({ resource: 'ReleaseAsset', code: 'custom', field: 'size', message })

/** GitHub's words: gardenlinux/gardenlinux#4523 */
const tooManyAssets = () =>
  validationFailed({
    resource: 'ReleaseAsset',
    code: 'custom',
    field: 'file_count',
    message: `file_count limited to ${mostAssets} assets per release`,
  })

/** GitHub's words: uutils/coreutils#13839 */
export const frozen = (message: string) =>
  validationFailed({ resource: 'ReleaseAsset', code: 'custom', message })
