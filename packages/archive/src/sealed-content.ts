import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { sha256 } from './digest.ts'

/** A sealed part: bytes in memory, or a file that does not change meanwhile. */
export type SealedContent = Uint8Array | SealedFile

export interface SealedFile {
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

export interface Digest {
  readonly bytes: number
  readonly sha256: string
}

export const digestOf = (content: SealedContent): Digest =>
  content instanceof Uint8Array ? { bytes: content.length, sha256: sha256(content) } : content

/** Into a file that only its owner may read, in the place of what it held before. */
export async function intoFile(
  pieces: AsyncIterable<Uint8Array>,
  path: string,
): Promise<SealedFile> {
  const hash = createHash('sha256')
  let bytes = 0
  await using file = await open(path, 'w', 0o600)
  for await (const piece of pieces) {
    hash.update(piece)
    bytes += piece.length
    await file.writeFile(piece)
  }
  return { path, bytes, sha256: hash.digest('hex') }
}
