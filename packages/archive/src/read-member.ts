import type { FileHandle } from 'node:fs/promises'
import { decompressInto, decompressText } from './decompress.ts'
import { isOrdinary } from './layout.ts'
import type { Member, Part } from './manifest.ts'
import { type Fetched, fetchPart, openPart, type PartOpener, type PartSource } from './read-part.ts'
import type { Zstd } from './zstd.ts'

export type { PartOpener, PartSource }

interface Reading {
  readonly member: Member
  readonly source: PartSource
  readonly opener: PartOpener
  /** Parts that are downloaded ahead; of large ones it is one. */
  readonly parallel: number
  /** A private directory for parts, sealed and opened. */
  readonly scratch: string
  readonly onPart?: (part: Part) => void
}

/**
 * A member whose first parts are being downloaded already; to be read once. When it is disposed, nothing
 * more of it is asked for, and nothing is written to the scratch directory any more.
 */
export interface MemberReading extends AsyncDisposable {
  /** A short member, in memory. */
  text(): Promise<string>
  /** A member of any size, into an empty file. */
  into(file: FileHandle, zstd: Zstd): Promise<void>
}

/**
 * download ∥ digest ▸ open ▸ join ▸ decompress. Not a byte of a part is used before its digest and its
 * authentication. What is read rejects with Failure PART_DAMAGED, CANNOT_OPEN or DOWNLOAD_FAILED.
 */
export function beginReading(reading: Reading): MemberReading {
  const { member } = reading
  const underway = undertaking()
  const parts = openedParts(reading, underway, fetchAhead(reading, underway))
  return {
    text: () => decompressText(parts, member),
    into: (file, zstd) => decompressInto(file, parts, member, zstd),
    [Symbol.asyncDispose]: underway.end,
  }
}

/** What goes on beside the reader, who hears of an error only when he comes to it. */
interface Undertaking {
  readonly signal: AbortSignal
  readonly begin: <T>(task: () => Promise<T>) => Promise<T>
  /** Resolves when nothing goes on any more. */
  readonly end: () => Promise<void>
}

function undertaking(): Undertaking {
  const ending = new AbortController()
  const begun = new Set<Promise<unknown>>()
  return {
    signal: ending.signal,
    begin: (task) => {
      const result = task()
      const settled: Promise<unknown> = result
        .catch(() => undefined)
        .finally(() => begun.delete(settled))
      begun.add(settled)
      return result
    },
    end: async () => {
      ending.abort()
      while (begun.size > 0) await Promise.all(begun)
    },
  }
}

/** Gives the sealed parts in order, and keeps more of them at hand or on their way. */
function fetchAhead(
  { member, source, scratch, parallel }: Reading,
  { begin, signal }: Undertaking,
): () => Fetched | undefined {
  const waiting = [...member.parts]
  const ahead: Fetched[] = []
  const fetchNext = () => {
    const part = waiting.shift()
    if (part === undefined || signal.aborted) return
    ahead.push({ part, sealed: begin(() => fetchPart(part, source, scratch, signal)) })
  }
  const ordinary = member.parts.every(({ bytes }) => isOrdinary(bytes))
  for (let count = ordinary ? parallel : 1; count > 0; count -= 1) fetchNext()
  return () => {
    const next = ahead.shift()
    next?.sealed.then(fetchNext, () => undefined)
    return next
  }
}

/** The plaintext of each part, in order, while the next one is being opened. */
async function* openedParts(
  reading: Reading,
  { begin }: Undertaking,
  next: () => Fetched | undefined,
) {
  const openNext = () => {
    const fetched = next()
    if (fetched === undefined) return undefined
    return { part: fetched.part, plain: begin(() => openPart(fetched, reading)) }
  }
  let opening = openNext()
  while (opening !== undefined) {
    const { part, plain } = opening
    const pieces = await plain
    opening = openNext()
    yield* pieces
    reading.onPart?.(part)
  }
}
