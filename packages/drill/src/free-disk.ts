import { statfs } from 'node:fs/promises'
import type { Manifest } from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import type { Drill } from './drill.ts'

/** Bytes of an empty cluster: template databases and the first segments of the write-ahead log. */
const emptyCluster = 64 * 1024 ** 2

/** Parts that may lie beside each other: one that is opened, sealed and not, and one that is fetched. */
const partsAtOnce = 3

export interface Room {
  /** The largest sealed parts that are on the disk at once, in bytes. */
  readonly sealed: number
  /** The dump itself, in bytes. */
  readonly dump: number
  /** The throwaway cluster with the restored database, its indexes included, in bytes. */
  readonly restored: number
  /** Copies of both that a self-test damages, one at a time, in bytes. */
  readonly copies: number
}

/**
 * What a drill has on the disk at the same time, by a manifest. The source's size is a generous measure of
 * a restored database, which has no bloat; of a partial recovery point it says nothing, and the dump stands in.
 */
export function roomFor({ members, databaseBytes, partial }: RoomSource, selfTest = false): Room {
  const dump = members.find(({ name }) => name === 'database.dump')
  const parts = (dump?.parts ?? []).map(({ bytes }) => bytes).sort((a, b) => b - a)
  const bytes = dump?.bytes ?? 0
  const database = partial === true ? bytes : databaseBytes
  return {
    sealed: parts.slice(0, partsAtOnce).reduce((sum, one) => sum + one, 0),
    dump: bytes,
    restored: emptyCluster + database,
    // One after the other: a dump that is opened anew, then a database.
    copies: selfTest ? Math.max(bytes, database) : 0,
  }
}

type RoomSource = Pick<Manifest, 'members' | 'databaseBytes' | 'partial'>

/**
 * To be called before anything is downloaded.
 *
 * A second restore of tables that differ is not counted: it is a few tables, and only where it is red.
 *
 * @param directory where the dump and the cluster will lie
 * @param stranger given where a self-test follows
 * @throws Failure DISK_FULL with what is needed, what is free, and where
 */
export async function assertRoom(
  manifest: RoomSource,
  { directory, stranger }: Pick<Drill, 'directory' | 'stranger'>,
): Promise<void> {
  const room = roomFor(manifest, stranger !== undefined)
  const needed = room.sealed + room.dump + room.restored + room.copies
  const { bavail, bsize } = await statfs(directory)
  const free = bavail * bsize
  if (free >= needed) return
  throw new Failure(
    'DISK_FULL',
    `The drill needs about ${inWords(needed)} in ${directory}, and ${inWords(free)} are free there: ` +
      `${inWords(room.dump)} for the dump, ${inWords(room.restored)} for the restored database, ` +
      `${inWords(room.sealed)} for sealed parts on their way` +
      `${room.copies === 0 ? '' : `, ${inWords(room.copies)} for what the self-test damages`}. Nothing was downloaded.`,
    {
      hint: 'Free some before this step, or use a larger runner: nothing is wrong with the backup.',
    },
  )
}

const inWords = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MiB`
