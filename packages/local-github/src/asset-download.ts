import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { DownloadLinks } from './download-links.ts'
import { notFound } from './errors.ts'
import type { Headers } from './errors.ts'
import type { Answer, Arrival } from './exchange.ts'
import type { Repositories } from './repositories.ts'
import { decoded } from './router.ts'
import type { AssetRecord } from './state.ts'

/**
 * The third origin: blob storage behind signed links. It takes no second way of authentication; a
 * client that lets its token follow the redirect fails here as it does with GitHub's storage.
 */
export async function respondAsStorage(
  repositories: Repositories,
  links: DownloadLinks,
  arrival: Arrival,
): Promise<Answer> {
  if (arrival.headers.authorization !== undefined) {
    return refusal(400, 'InvalidArgument', 'Only one auth mechanism allowed')
  }
  const signed = links.verify(arrival.path, arrival.query)
  if (signed === undefined) return refusal(403, 'AuthenticationFailed', 'Signature not valid')
  const repository = await repositories.find(signed.repository)
  const asset = repository?.state.releases
    .flatMap(({ assets }) => assets)
    .find(({ id }) => id === signed.id)
  if (repository === undefined || asset === undefined) {
    return refusal(404, 'BlobNotFound', 'The specified blob does not exist.')
  }
  return content(repository.assetPath(asset.id), asset, arrival.headers.range)
}

/** Whole, or from a byte on: storage serves one range, so that a download can be resumed. */
async function content(path: string, asset: AssetRecord, range?: string): Promise<Answer> {
  const { size } = await stat(path)
  const headers: Headers = {
    'content-type': asset.contentType,
    'content-disposition': `attachment; filename=${asset.name}`,
    'accept-ranges': 'bytes',
    etag: `"${asset.id}-${asset.updatedAt}"`,
  }
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  if (from === undefined) {
    const whole = { ...headers, 'content-length': String(size) }
    return { status: 200, headers: whole, stream: createReadStream(path) }
  }
  const start = Number(from)
  const end = Math.min(to === '' ? Infinity : Number(to), size - 1)
  if (start > end) return refusal(416, 'InvalidRange', 'The range specified is invalid.')
  const partial = {
    ...headers,
    'content-length': String(end - start + 1),
    'content-range': `bytes ${start}-${end}/${size}`,
  }
  return { status: 206, headers: partial, stream: createReadStream(path, { start, end }) }
}

function refusal(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, headers: { 'content-type': 'application/xml' }, body }
}

/**
 * `browser_download_url`: a page address, which takes no API token. It works for everybody in a
 * public repository, and for nobody without a browser's session in a private one.
 */
export async function respondAsPage(
  repositories: Repositories,
  links: DownloadLinks,
  { path }: Arrival,
): Promise<Answer> {
  const [, name = '', tag = '', file = ''] =
    /^\/([^/]+\/[^/]+)\/releases\/download\/([^/]+)\/([^/]+)$/.exec(path) ?? []
  const repository = await repositories.find(name)
  const release = repository?.state.releases.find(
    (one) => !one.draft && one.tagName === decoded(tag),
  )
  const asset = release?.assets.find((one) => one.name === decoded(file))
  if (repository === undefined || repository.state.private || asset?.state !== 'uploaded') {
    throw notFound()
  }
  return { status: 302, headers: { location: links.sign(name, asset.id) } }
}
