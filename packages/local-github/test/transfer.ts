import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { peakMemory, startChild } from './child.ts'
import type { Announced } from './child.ts'
import { uploadUrl } from './client.ts'
import type { Fields, Json } from './client.ts'

/**
 * Bytes by which a server that keeps nothing may grow. V8 lets 64 MiB of buffers outside its heap pile
 * up before it collects them (kExternalAllocationSoftLimit): measured 62 to 67 MiB for 200 MiB, 1 GiB
 * and 1.9 GiB alike.
 */
export const flat = 96 * 1024 * 1024

const piece = Buffer.alloc(1024 * 1024, 'recovery')

/**
 * Sends so many MiB up and fetches them again, both as streams.
 *
 * @returns the digests of what was sent, reported and received, and by how much the server grew
 */
export async function roundTrip(mebibytes: number) {
  const directory = await mkdtemp(join(tmpdir(), 'local-github-transfer-'))
  const server = await startChild(directory)
  try {
    const release = await asked(server, '/releases', { tag_name: 'v1', draft: true })
    const before = await peakMemory(server.child.pid ?? 0)
    const { asset, sent } = await uploaded(server, release, mebibytes)
    const received = await downloaded(server, asset)
    const growth = (await peakMemory(server.child.pid ?? 0)) - before
    return { sent, reported: asset.digest, received, growth }
  } finally {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function asked(server: Announced, path: string, body: Fields): Promise<Json> {
  const response = await fetch(`${server.apiUrl}/repos/${server.repository}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}` },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Json
}

async function uploaded(server: Announced, release: Json, mebibytes: number) {
  const hash = createHash('sha256')
  const content = Readable.from(
    (function* () {
      for (let n = 0; n < mebibytes; n++) {
        hash.update(piece)
        yield piece
      }
    })(),
  )
  const asset = await new Promise<Json>((resolve, reject) => {
    const outgoing = request(`${uploadUrl(release)}?name=large.bin`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.token}`,
        'content-length': mebibytes * piece.length,
      },
    })
    outgoing.once('response', (response) => {
      json(response).then((answer) => {
        resolve(answer as Json)
      }, reject)
    })
    pipeline(content, outgoing).catch(reject)
  })
  return { asset, sent: `sha256:${hash.digest('hex')}` }
}

async function downloaded(server: Announced, asset: Json): Promise<string> {
  const response = await fetch(asset.url, {
    headers: { authorization: `Bearer ${server.token}`, accept: 'application/octet-stream' },
  })
  const hash = createHash('sha256')
  for await (const chunk of response.body ?? []) hash.update(chunk as Uint8Array)
  return `sha256:${hash.digest('hex')}`
}
