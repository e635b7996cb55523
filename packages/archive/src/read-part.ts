import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { fitsInMemory } from './layout.ts'
import type { Part } from './manifest.ts'
import { digestOf, intoFile, type SealedContent } from './sealed-content.ts'

/** Where sealed parts come from. */
export interface PartSource {
  download(name: string): Promise<Uint8Array>
  /** Hands the bytes over as they come; all of them again, where the connection broke. */
  receive<Taken>(
    name: string,
    take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
  ): Promise<Taken>
}

/** Gives a part's plaintext only when all of it is authenticated. */
export interface PartOpener {
  open(sealed: Uint8Array, name: string): Promise<Uint8Array>
  /** Into a new file that only its owner may read. */
  openInto(sealed: AsyncIterable<Uint8Array>, path: string, name: string): Promise<void>
}

const slice = 256 * 1024

/** @throws Failure PART_DAMAGED when it is not what the manifest lists */
export async function fetchPart(
  part: Part,
  source: PartSource,
  scratch: string,
): Promise<SealedContent> {
  const sealed = fitsInMemory(part.bytes)
    ? await source.download(part.name)
    : await source.receive(part.name, (bytes) => intoFile(bytes, join(scratch, part.name)))
  const { bytes, sha256 } = digestOf(sealed)
  if (bytes === part.bytes && sha256 === part.sha256) return sealed
  throw new Failure(
    'PART_DAMAGED',
    `${part.name} is not what was stored: ${part.bytes} bytes with SHA-256 ${part.sha256} were stored, ${bytes} bytes with ${sha256} came back.`,
    {
      hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
    },
  )
}

interface Fetched {
  readonly part: Part
  readonly sealed: Promise<SealedContent>
}

interface Opening {
  readonly opener: PartOpener
  readonly scratch: string
}

/** A large part is opened on the disk, and gone from there when it has been read. */
export async function openPart(
  { part: { name }, sealed }: Fetched,
  { opener, scratch }: Opening,
): Promise<Iterable<Uint8Array> | AsyncIterable<Uint8Array>> {
  const content = await sealed
  if (content instanceof Uint8Array) return released(inSlices(await opener.open(content, name)))
  const path = join(scratch, `${name}.opened`)
  await opener.openInto(createReadStream(content.path), path, name)
  await rm(content.path)
  return readOnce(path)
}

async function* readOnce(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: slice }) as AsyncIterable<Buffer>
  await rm(path)
}

/**
 * A stream reads one item ahead, which with whole parts would be one part more in memory. An array that
 * is emptied holds on to no part while the next one is opened; a variable would.
 */
const inSlices = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / slice) }, (_, index) =>
    bytes.subarray(index * slice, (index + 1) * slice),
  )

function* released(pieces: Uint8Array[]): Generator<Uint8Array> {
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) yield piece
}
