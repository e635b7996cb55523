import type { FileHandle } from 'node:fs/promises'
import { Failure } from '@recovery-playbook/failure'
import { decompressInto, decompressText } from './decompress.ts'
import { sha256 } from './digest.ts'
import type { Member, Part } from './manifest.ts'
import type { Zstd } from './zstd.ts'

/** Where sealed parts come from. */
export interface PartSource {
  download(name: string): Promise<Uint8Array>
}

const slice = 256 * 1024

export type Open = (sealed: Uint8Array, name: string) => Promise<Uint8Array>

interface Reading {
  readonly member: Member
  readonly source: PartSource
  readonly open: Open
  /** Parts that are downloaded ahead, in memory. */
  readonly parallel: number
  readonly onPart?: (part: Part) => void
}

/**
 * download ∥ digest ▸ open ▸ join ▸ decompress: a short member, in memory. Not a byte of a part is used
 * before its digest and its authentication.
 *
 * @throws Failure PART_DAMAGED, CANNOT_OPEN, DOWNLOAD_FAILED
 */
export const readText = (reading: Reading): Promise<string> =>
  decompressText(openedParts(reading), reading.member)

/** As `readText`, of any size, into an empty file. */
export const readInto = (file: FileHandle, zstd: Zstd, reading: Reading): Promise<void> =>
  decompressInto(file, openedParts(reading), reading.member, zstd)

/** The plaintext of each part, in order, while the following ones are being downloaded. */
async function* openedParts({ member, source, open, parallel, onPart }: Reading) {
  const ahead: Promise<Uint8Array>[] = []
  const fetchNext = (part: Part | undefined) => {
    if (part === undefined) return
    const fetched = fetchPart(part, source)
    fetched.catch(() => undefined)
    ahead.push(fetched)
  }
  member.parts.slice(0, parallel).forEach(fetchNext)
  const openNext = async (name: string) => {
    const sealed = await ahead.shift()
    return sealed === undefined ? new Uint8Array() : open(sealed, name)
  }
  for (const [index, part] of member.parts.entries()) {
    const slices = inSlices(await openNext(part.name))
    // Not before, so that never more than `parallel` sealed parts are in memory.
    fetchNext(member.parts[index + parallel])
    for (let piece = slices.shift(); piece !== undefined; piece = slices.shift()) yield piece
    onPart?.(part)
  }
}

/**
 * A stream reads one item ahead, which with whole parts would be one part more in memory. An array that
 * is emptied holds on to no part while the next one is opened; a variable would.
 */
const inSlices = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / slice) }, (_, index) =>
    bytes.subarray(index * slice, (index + 1) * slice),
  )

async function fetchPart(part: Part, source: PartSource): Promise<Uint8Array> {
  const sealed = await source.download(part.name)
  const found = sha256(sealed)
  if (sealed.length === part.bytes && found === part.sha256) return sealed
  throw new Failure(
    'PART_DAMAGED',
    `${part.name} is not what was stored: ${part.bytes} bytes with SHA-256 ${part.sha256} were stored, ${sealed.length} bytes with ${found} came back.`,
    {
      hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
    },
  )
}
