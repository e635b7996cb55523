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

/** A member whose first parts are being downloaded already; to be read once. */
export interface MemberReading {
  /** A short member, in memory. */
  text(): Promise<string>
  /** A member of any size, into an empty file. */
  into(file: FileHandle, zstd: Zstd): Promise<void>
  /** Shows that every part is what was stored, and opens. */
  tried(): Promise<void>
}

/**
 * download ∥ digest ▸ open ▸ join ▸ decompress. Not a byte of a part is used before its digest and its
 * authentication. What is read rejects with Failure PART_DAMAGED, CANNOT_OPEN or DOWNLOAD_FAILED.
 */
export function beginReading(reading: Reading): MemberReading {
  const { member } = reading
  const parts = openedParts(reading, fetchAhead(reading))
  return {
    text: () => decompressText(parts, member),
    into: (file, zstd) => decompressInto(file, parts, member, zstd),
    async tried() {
      while ((await parts.next()).done !== true);
    },
  }
}

interface Fetched {
  readonly part: Part
  readonly sealed: Promise<Uint8Array>
}

/** Gives the sealed parts in order, and keeps `parallel` more of them in memory or on their way. */
function fetchAhead({ member, source, parallel }: Reading): () => Fetched | undefined {
  const waiting = [...member.parts]
  const ahead: Fetched[] = []
  const fetchNext = () => {
    const part = waiting.shift()
    if (part === undefined) return
    const sealed = fetchPart(part, source)
    sealed.catch(() => undefined)
    ahead.push({ part, sealed })
  }
  for (let count = 0; count < parallel; count += 1) fetchNext()
  return () => {
    const next = ahead.shift()
    next?.sealed.then(fetchNext, () => undefined)
    return next
  }
}

/** The plaintext of each part, in order, while the next one is being opened. */
async function* openedParts({ open, onPart }: Reading, next: () => Fetched | undefined) {
  const openNext = () => {
    const fetched = next()
    if (fetched === undefined) return undefined
    const { part, sealed } = fetched
    const slices = sealed.then((bytes) => open(bytes, part.name)).then(inSlices)
    slices.catch(() => undefined)
    return { part, slices }
  }
  let opening = openNext()
  while (opening !== undefined) {
    const { part } = opening
    const slices = await opening.slices
    opening = openNext()
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
