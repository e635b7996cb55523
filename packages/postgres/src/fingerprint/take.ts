import type { Connection } from '../connection.ts'
import { dumpSchema } from '../dump.ts'
import type { Processes } from '@recovery-playbook/processes'
import { openSession, type Session } from '../session.ts'
import { beginReading, type Snapshot } from '../snapshot.ts'
import type { Toolchain } from '../toolchain.ts'
import {
  algorithm,
  type Fingerprint,
  type SequenceFingerprint,
  type TableFingerprint,
} from './fingerprint.ts'
import { hashLargeObjects } from './large-objects.ts'
import { readSequences, type SequenceReading } from './sequences.ts'
import { readSurroundings } from './surroundings.ts'
import { findTargets, hashTables, lockTables, nameOf, type Target } from './tables.ts'

export interface FingerprintOrder {
  readonly toolchain: Toolchain
  readonly connection: Connection
  /** Absent for a database that nobody writes to, such as a restored one. */
  readonly snapshot?: Snapshot | undefined
  readonly processes: Processes
  /** How many sessions hash tables at the same time. */
  readonly sessions: number
  readonly onProgress?: ((progress: FingerprintProgress) => void) | undefined
}

export interface FingerprintProgress {
  readonly tablesDone: number
  readonly tablesTotal: number
  /** Bytes on the server's disk. */
  readonly bytesDone: number
  readonly bytesTotal: number
}

/** A fingerprint that is being taken while the same snapshot is dumped. Dispose of it to give up. */
export interface FingerprintInProgress extends AsyncDisposable {
  /** To be called when the dump has ended: reads the sequences a second time. */
  finish(): Promise<Fingerprint>
}

/** Small tables are hashed together until a statement has so many bytes or tables to read. */
const batchBytes = 8 * 1024 * 1024
const batchTables = 100

/** The fingerprint of a database that is not being dumped at the same time. */
export async function takeFingerprint(order: FingerprintOrder): Promise<Fingerprint> {
  await using fingerprint = await beginFingerprint(order)
  return await fingerprint.finish()
}

/**
 * Begins: reads the sequences for the first time, lets every session import the snapshot, holds the
 * tables, and hashes on its own from then on. Start the dump after this has returned, and keep the
 * snapshot until `finish` has.
 *
 * @throws Failure of Session.query; what fails later is thrown by `finish`
 */
export async function beginFingerprint(order: FingerprintOrder): Promise<FingerprintInProgress> {
  const open = new AsyncDisposableStack()
  try {
    const before = await sequencesNow(order)
    const sessions = await Promise.all(
      Array.from({ length: Math.max(1, order.sessions) }, () => openReading(order, open)),
    )
    const [first] = sessions as [Session]
    const targets = await findTargets(first)
    await lockTables(first, targets)
    const surroundings = await readSurroundings(first)
    const hashing = Promise.all([
      hashAll(targets, sessions, order.onProgress),
      hashLargeObjects(sessions.at(-1) ?? first),
      dumpSchema(order),
    ])
    // finish() throws it again.
    hashing.catch(() => undefined)
    return {
      finish: async () => {
        const [tables, largeObjects, schema] = await hashing
        const sequences = pairsOf(before, await sequencesNow(order))
        return { algorithm, ...surroundings, tables, sequences, largeObjects, schema }
      },
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    }
  } catch (error) {
    await open.disposeAsync()
    throw error
  }
}

async function sequencesNow({ toolchain, connection, processes }: FingerprintOrder) {
  await using session = await openSession(toolchain.psql, connection, processes)
  return await readSequences(session)
}

async function openReading(order: FingerprintOrder, open: AsyncDisposableStack) {
  const { toolchain, connection, processes, snapshot } = order
  const session = open.use(await openSession(toolchain.psql, connection, processes))
  await beginReading(session, snapshot)
  return session
}

async function hashAll(
  targets: readonly Target[],
  sessions: readonly Session[],
  onProgress: FingerprintOrder['onProgress'],
): Promise<TableFingerprint[]> {
  const tables: TableFingerprint[] = []
  const bytesTotal = bytesOf(targets)
  let bytesDone = 0
  const batches = batchesOf(targets)
  const work = async (session: Session) => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      tables.push(...(await hashTables(session, batch)))
      bytesDone += bytesOf(batch)
      onProgress?.({
        tablesDone: tables.length,
        tablesTotal: targets.length,
        bytesDone,
        bytesTotal,
      })
    }
  }
  await Promise.all(sessions.map(work))
  return tables.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

const bytesOf = (targets: readonly Target[]) => targets.reduce((sum, { bytes }) => sum + bytes, 0)

function batchesOf(targets: readonly Target[]): Target[][] {
  const batches: Target[][] = []
  let room = 0
  for (const target of targets) {
    const last = batches.at(-1)
    if (last === undefined || target.bytes > room || last.length >= batchTables) {
      batches.push([target])
      room = batchBytes - target.bytes
    } else {
      last.push(target)
      room -= target.bytes
    }
  }
  return batches
}

/** A sequence that came or went during the dump is as uncertain as the table that goes with it. */
function pairsOf(
  before: readonly SequenceReading[],
  after: readonly SequenceReading[],
): SequenceFingerprint[] {
  const later = new Map(after.map((one) => [nameOf(one), one]))
  return before.map(({ lastValue, isCalled, ...sequence }) => {
    const { lastValue: laterValue, isCalled: laterCalled } = later.get(nameOf(sequence)) ?? {
      lastValue,
      isCalled,
    }
    return {
      ...sequence,
      before: { lastValue, isCalled },
      after: { lastValue: laterValue, isCalled: laterCalled },
    }
  })
}
