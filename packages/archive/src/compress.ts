import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import { Failure } from '@recovery-playbook/failure'
import { endingInWords, type Running } from '@recovery-playbook/processes'
import { type Zstd, zstdCommand } from './zstd.ts'

/** What a member is before it is cut and sealed. */
export interface Content {
  /**
   * One zstd frame with its own content checksum. Where the content turns out not to be whole it
   * *fails*, and does not end.
   */
  readonly frame: AsyncIterable<Uint8Array>
  /** Bytes before compression; known when the frame has ended. */
  size(): number
}

/** Begins to write into a program. */
export type Writer = (into: Running) => Writing

interface Writing {
  /** Resolves when everything has been written, and rejects when something is lacking. */
  readonly succeeded: Promise<void>
  stop(): void
}

/** zstd's own default. */
const level = 3

/** Short content, which is in memory anyway. */
export async function compressText(text: string | Uint8Array): Promise<Content> {
  const content = Buffer.from(text)
  const compressed = await promisify(zstdCompress)(content, {
    params: {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  })
  return { frame: Readable.from([compressed]), size: () => content.length }
}

/** writer ▸ zstd, on all processors; both begin when the frame is first read. */
export function compressOutput(write: Writer, { program, processes }: Zstd): Content {
  // -vv: the summary then has exact bytes; see FIO_displaySummary in zstd's fileio.c.
  const options = [`-${level}`, '--check', '-T0', '-vv', '--no-progress', '--stdout']
  let size: number | undefined

  async function* frame() {
    const child = processes.start(zstdCommand(program, options))
    const writing = write(child)
    try {
      yield* child.stdout as AsyncIterable<Uint8Array>
      const ending = await child.ending
      if (ending.code !== 0) throw compressionFailed(endingInWords(ending), ending.stderr)
      // Half a content compresses as well as a whole one: only its writer knows.
      await writing.succeeded
      size = sizeIn(ending.stderr)
    } finally {
      writing.stop()
      child.kill('SIGTERM')
      child.stdout.resume()
      await Promise.allSettled([child.ending, writing.succeeded])
    }
  }

  return {
    frame: frame(),
    size: () => {
      if (size === undefined) throw new Error('the frame has not been read to its end')
      return size
    },
  }
}

/** `… : 19.48%   (846920776 B => 164980481 B, …`, before 1.5 `( 846920776 => 164980481 bytes, …`. */
function sizeIn(summary: string): number {
  const size = /\(\s*(\d+)(?: B)?\s+=>/.exec(summary)?.[1]
  if (size !== undefined) return Number(size)
  throw compressionFailed('did not say how much it read', summary)
}

const compressionFailed = (what: string, stderr: string) =>
  new Failure('COMPRESSION_FAILED', `zstd ${what}: ${stderr.trim().slice(-500)}`, {
    hint: 'Nothing was published. Mostly memory ran out: start the job again, or use a larger runner.',
  })
