import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

/** What an asset is made of: bytes in memory, or a file that nobody changes meanwhile. */
export type AssetContent = Uint8Array | ContentFile

export interface ContentFile {
  readonly path: string
  readonly bytes: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** Content that can be read as often as it takes to store it. */
export interface Rereadable {
  readonly bytes: number
  readonly sha256: string
  read(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

export function rereadable(content: AssetContent): Rereadable {
  if (!(content instanceof Uint8Array)) {
    const { path, bytes, sha256 } = content
    return { bytes, sha256, read: () => createReadStream(path, { highWaterMark: slice }) }
  }
  return {
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    read: () => inSlices(content),
  }
}

/** A connection takes one when it has sent the one before. */
const slice = 64 * 1024

function* inSlices(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += slice) {
    yield Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(slice, bytes.length - at))
  }
}

/** Into a file that only its owner may read, in the place of what it held before. */
export async function saveIn(
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<ContentFile> {
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
