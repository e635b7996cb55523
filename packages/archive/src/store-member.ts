import { rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Content } from './compress.ts'
import { isOrdinary } from './layout.ts'
import type { Member, Part } from './manifest.ts'
import { type MemberName, partName } from './members.ts'
import { pool } from './pool.ts'
import { digestOf, intoFile, intoMemory, type SealedContent } from './sealed-content.ts'
import { split } from './split.ts'

/** Where sealed parts go: resolves when the store has confirmed their size and digest. */
export interface PartSink {
  readonly upload: (name: string, content: SealedContent) => Promise<unknown>
}

export type Seal = (plain: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

interface Storing {
  readonly name: MemberName
  readonly content: Content
  readonly seal: Seal
  readonly sink: PartSink
  /** Bytes of compressed content in each part. */
  readonly partBytes: number
  /** Uploads under way at once; each holds one sealed part. */
  readonly parallel: number
  /** A private directory for sealed parts. */
  readonly scratch: string
  /** Called when a part is safely stored. */
  readonly onPart?: (part: Part) => void
}

/**
 * content ▸ split ▸ seal ▸ digest ▸ upload, all at the same time. Rejects with the content's own error
 * when the content fails. However it ends, no upload is under way then, and nothing is left in `scratch`.
 */
export async function storeMember(storing: Storing): Promise<Member> {
  const { name, content, seal, sink, partBytes, parallel, scratch, onPart } = storing
  const parts: Part[] = []
  const files: string[] = []
  const isUsual = isOrdinary(partBytes)
  const atOnce = isUsual ? parallel : Math.min(parallel, mostLarge)
  // A disk that is full keeps nobody from making backups.
  const inMemory = isUsual && !(await hasRoom(scratch, (atOnce + 1) * partBytes))
  const uploads = pool(atOnce)
  try {
    for await (const plain of split(content.frame, partBytes)) {
      const file = partName(name, parts.length + 1)
      const path = join(scratch, file)
      files.push(path)
      const sealed = await (inMemory
        ? intoMemory(seal(plain), partBytes)
        : intoFile(seal(plain), path))
      const { bytes, sha256 } = digestOf(sealed)
      const part = { name: file, bytes, sha256 }
      parts.push(part)
      await uploads.add(async () => {
        await sink.upload(file, sealed)
        await rm(path, { force: true })
        onPart?.(part)
      })
    }
    await uploads.drained()
  } finally {
    await uploads.quiet()
    await Promise.all(files.map((path) => rm(path, { force: true })))
  }
  return { name, encoding: 'zstd', bytes: content.size(), parts }
}

/** Others write to the disk as well: twice the room has to be there. */
async function hasRoom(directory: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize >= 2 * bytes
}

/** Up to 2 GiB each, and GitHub's runners have 14 GiB: these, the one being sealed, and room left. */
const mostLarge = 2
