import { statfs } from 'node:fs/promises'
import { Failure, messageOf } from '@recovery-playbook/failure'

/** Node's word for it, and PostgreSQL's. */
const saysSo = /ENOSPC|No space left on device/

/** Bytes of a segment of the write-ahead log: a server that cannot have one ends, and says why to nobody. */
const segment = 16 * 1024 ** 2

/**
 * Runs what writes below `directory`. What fails there while the disk is full says nothing about the
 * backup.
 *
 * @throws Failure DISK_FULL, or whatever `work` throws
 */
export async function blamingFullDisk<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { bavail, bsize } = await statfs(directory)
    const isFull = saysSo.test(messageOf(error)) || bavail * bsize < segment
    throw isFull ? diskFull(error) : error
  }
}

const diskFull = (cause: unknown) =>
  new Failure('DISK_FULL', `The disk of this machine is full: ${messageOf(cause)}`, {
    hint: 'Free some, or use a larger runner: a drill needs room for the dump and for the database.',
    cause,
  })
