import { statfs } from 'node:fs/promises'
import { Failure } from '@recovery-playbook/failure'

/** Bytes of free disk that unpacking leaves to everybody else. */
const left = 512 * 1024 ** 2

/**
 * What is unpacked piece by piece, for as long as there is room: a few kilobytes can unpack to more than
 * any disk holds, and nothing says so beforehand.
 *
 * @throws Failure DISK_FULL
 */
export async function* withinRoom(
  pieces: AsyncIterable<Uint8Array>,
  directory: string,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    const { bavail, bsize } = await statfs(directory)
    if (bavail * bsize < left) throw tooLarge(directory)
    yield piece
  }
}

const tooLarge = (directory: string) =>
  new Failure(
    'DISK_FULL',
    `The archive unpacks to more than the disk of ${directory} holds, or was made to do so.`,
    { hint: 'Free some before this step, or use a larger runner; what was unpacked is removed.' },
  )
