import type { Content } from './compress.ts'
import { sha256 } from './digest.ts'
import type { Member, Part } from './manifest.ts'
import { type MemberName, partName } from './members.ts'
import { pool } from './pool.ts'
import { split } from './split.ts'

/** Where sealed parts go: resolves when the store has confirmed their size and digest. */
export interface PartSink {
  upload(name: string, bytes: Uint8Array): Promise<unknown>
}

export type Seal = (plain: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

interface Storing {
  readonly name: MemberName
  readonly content: Content
  readonly seal: Seal
  readonly sink: PartSink
  /** Bytes of compressed content in each part. */
  readonly partBytes: number
  /** Uploads under way at once; each holds one sealed part in memory. */
  readonly parallel: number
  /** Called when a part is safely stored. */
  readonly onPart?: (part: Part) => void
}

/**
 * content ▸ split ▸ seal ▸ digest ▸ upload, all at the same time. Rejects with the content's own error
 * when the content fails, and returns only when no upload is under way any more.
 */
export async function storeMember(storing: Storing): Promise<Member> {
  const { name, content, seal, sink, partBytes, parallel, onPart } = storing
  const parts: Part[] = []
  const uploads = pool(parallel)
  try {
    for await (const plain of split(content.frame, partBytes)) {
      const sealed = await collect(seal(plain))
      const part = {
        name: partName(name, parts.length + 1),
        bytes: sealed.length,
        sha256: sha256(sealed),
      }
      parts.push(part)
      await uploads.add(async () => {
        await sink.upload(part.name, sealed)
        onPart?.(part)
      })
    }
    await uploads.drained()
  } finally {
    await uploads.quiet()
  }
  return { name, encoding: 'zstd', bytes: content.size(), parts }
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}
