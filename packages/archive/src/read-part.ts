import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import type { Part } from './manifest.ts'
import { intoFile, type SealedFile } from './sealed-content.ts'

/** Where sealed parts come from. */
export interface PartSource {
  /** Hands the bytes over as they come; all of them again, where the connection broke. */
  receive<Taken>(
    name: string,
    take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
  ): Promise<Taken>
}

/** Gives a part's plaintext only when all of it is authenticated. */
export interface PartOpener {
  /** Into a new file that only its owner may read. */
  openInto(sealed: AsyncIterable<Uint8Array>, path: string, name: string): Promise<void>
}

const slice = 256 * 1024

/**
 * @param signal ends the download at its next piece
 * @throws Failure PART_DAMAGED when it is not what the manifest lists; the signal's reason
 */
export async function fetchPart(
  part: Part,
  source: PartSource,
  scratch: string,
  signal: AbortSignal,
): Promise<SealedFile> {
  const path = join(scratch, part.name)
  // What is cut short is no broken connection, which the source would try again.
  const sealed = await source.receive(part.name, (bytes) => intoFile(until(signal, bytes), path))
  signal.throwIfAborted()
  const { bytes, sha256 } = sealed
  if (bytes === part.bytes && sha256 === part.sha256) return sealed
  throw new Failure(
    'PART_DAMAGED',
    `${part.name} is not what was stored: ${part.bytes} bytes with SHA-256 ${part.sha256} were stored, ${bytes} bytes with ${sha256} came back.`,
    {
      hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
    },
  )
}

async function* until(signal: AbortSignal, bytes: AsyncIterable<Uint8Array>) {
  for await (const piece of bytes) {
    if (signal.aborted) return
    yield piece
  }
}

export interface Fetched {
  readonly part: Part
  readonly sealed: Promise<SealedFile>
}

interface Opening {
  readonly opener: PartOpener
  readonly scratch: string
}

/** Opened on the disk, where it does not stay when it has been read. */
export async function openPart(
  { part: { name }, sealed }: Fetched,
  { opener, scratch }: Opening,
): Promise<AsyncIterable<Uint8Array>> {
  const { path } = await sealed
  const opened = join(scratch, `${name}.opened`)
  await opener.openInto(createReadStream(path), opened, name)
  await rm(path)
  return readOnce(opened)
}

async function* readOnce(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: slice }) as AsyncIterable<Buffer>
  await rm(path)
}
