import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { sha256 } from './digest.ts'

/** A sealed part: a file that does not change meanwhile, or bytes in memory. */
export type SealedContent = Uint8Array | SealedFile

export interface SealedFile {
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export const digestOf = (content: SealedContent): { bytes: number; sha256: string } =>
  content instanceof Uint8Array ? { bytes: content.length, sha256: sha256(content) } : content

/** Sealing adds less to 32 MiB. */
const added = 256 * 1024

/**
 * Room is set aside once: pieces beside their whole would be two parts in memory, and what a short member
 * does not use is never touched.
 *
 * @param expected bytes of a whole part's content
 */
export async function intoMemory(
  pieces: AsyncIterable<Uint8Array>,
  expected: number,
): Promise<Uint8Array> {
  let whole: Buffer = Buffer.allocUnsafeSlow(expected + added)
  let bytes = 0
  for await (const piece of pieces) {
    if (bytes + piece.length > whole.length) {
      whole = Buffer.concat([whole, Buffer.allocUnsafe(piece.length + added)])
    }
    whole.set(piece, bytes)
    bytes += piece.length
  }
  return whole.subarray(0, bytes)
}

/** Bytes that are written at once: sealed pieces are many and small. */
const written = 1024 * 1024

/** Into a file that only its owner may read, in the place of what it held before. */
export async function intoFile(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
): Promise<SealedFile> {
  const hash = createHash('sha256')
  let bytes = 0
  async function* counted() {
    for await (const piece of pieces) {
      hash.update(piece)
      bytes += piece.length
      yield piece
    }
  }
  await pipeline(counted, createWriteStream(path, { mode: 0o600, highWaterMark: written }))
  return { path, bytes, sha256: hash.digest('hex') }
}
