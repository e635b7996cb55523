import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { endingInWords } from '@recovery-playbook/processes'
import type { Member } from './manifest.ts'
import { type Zstd, zstdCommand } from './zstd.ts'

/** @throws Failure PART_DAMAGED when it is no frame, or not as long as the manifest says */
export async function decompressText(
  frame: AsyncIterable<Uint8Array>,
  member: Member,
): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of frame) pieces.push(piece)
  const content = await promisify(zstdDecompress)(Buffer.concat(pieces), {
    maxOutputLength: Math.max(member.bytes, 1),
  }).catch((error: unknown) => {
    throw isTooLarge(error) ? wrongSize(member, 'more') : damaged(member, messageOf(error))
  })
  assertSize(member, content.length)
  return content.toString('utf8')
}

/**
 * Decompresses straight into a file, and stops soon after it has grown beyond what the manifest says.
 *
 * @throws Failure PART_DAMAGED
 */
export async function decompressInto(
  file: FileHandle,
  frame: AsyncIterable<Uint8Array>,
  member: Member,
  { program, processes }: Zstd,
): Promise<void> {
  const command = zstdCommand(program, ['--decompress', '--quiet', '--stdout'])
  const child = processes.start({ ...command, output: file })

  async function* withinSize(pieces: AsyncIterable<Uint8Array>) {
    for await (const piece of pieces) {
      yield piece
      const { size } = await file.stat()
      if (size > member.bytes) assertSize(member, size)
    }
  }

  const fed = await pipeline(Readable.from(frame), withinSize, child.stdin).then(
    () => undefined,
    (error: unknown) => {
      child.kill('SIGTERM')
      return error instanceof Error ? error : new Error(String(error))
    },
  )
  const ending = await child.ending
  // zstd says why it closed its input; whatever else went wrong before it is the reason.
  if (fed !== undefined && !isClosedInput(fed)) throw fed
  if (ending.code !== 0) {
    throw damaged(member, `zstd ended with ${endingInWords(ending)}: ${ending.stderr.trim()}`)
  }
  const { size } = await file.stat()
  assertSize(member, size)
}

const isClosedInput = (error: Error) =>
  'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE')

function assertSize(member: Member, size: number): void {
  if (size !== member.bytes) throw wrongSize(member, String(size))
}

const isTooLarge = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'

const wrongSize = (member: Member, found: string) =>
  damaged(member, `it should have ${member.bytes} bytes, and has ${found}`)

const damaged = ({ name }: Member, what: string) =>
  new Failure('PART_DAMAGED', `${name} is not what was stored: ${what}.`, {
    hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
  })
