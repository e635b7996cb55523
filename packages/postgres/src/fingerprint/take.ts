import type { Connection } from '../connection.ts'
import { dumpSchema } from '../dump.ts'
import type { Selection } from '../filters/selection.ts'
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
import { readSurroundings, type Surroundings } from './surroundings.ts'
import { bytesOf, type Slice, sliced, whole } from './slices.ts'
import { findTargets, hashSlices, lockTables, nameOf, type SliceHash, tablesOf } from './tables.ts'

export interface FingerprintOrder {
  readonly toolchain: Toolchain
  readonly connection: Connection
  /** Absent for a database that nobody writes to, such as a restored one. */
  readonly snapshot?: Snapshot | undefined
  /** What filters leave in, as the dump has it; everything where it is absent. */
  readonly selection?: Selection | undefined
  readonly processes: Processes
  /** How many sessions hash tables at the same time. */
  readonly sessions: number
  readonly onProgress?: ((progress: FingerprintProgress) => void) | undefined
}

export interface FingerprintProgress {
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
    const targets = await findTargets(first, order.selection?.omission)
    await lockTables(first, targets)
    const surroundings = withoutRows(await readSurroundings(first), order.selection)
    const hashing = Promise.all([
      hashAll(
        targets.flatMap(order.snapshot === undefined ? sliced : whole),
        sessions,
        order.onProgress,
      ),
      hashLargeObjects(sessions.at(-1) ?? first),
      dumpSchema(order),
    ])
    // finish() throws it again.
    hashing.catch(() => undefined)
    return {
      finish: async () => {
        const [tables, largeObjects, schema] = await hashing
        const sequences = pairsOf(before, await sequencesNow(order))
        const leftOut = order.selection && { leftOut: order.selection.leftOut }
        return { algorithm, ...surroundings, tables, sequences, largeObjects, schema, ...leftOut }
      },
      [Symbol.asyncDispose]: () => open.disposeAsync(),
    }
  } catch (error) {
    await open.disposeAsync()
    throw error
  }
}

async function sequencesNow({ toolchain, connection, processes, selection }: FingerprintOrder) {
  await using session = await openSession(toolchain.psql, connection, processes)
  return await readSequences(session, selection?.omission)
}

/** A materialized view that is not refreshed comes back, and is not populated. */
function withoutRows(surroundings: Surroundings, selection: Selection | undefined): Surroundings {
  const { unseen } = surroundings
  const unpopulatedViews = [...unseen.unpopulatedViews, ...(selection?.unpopulatedViews ?? [])]
  return { ...surroundings, unseen: { ...unseen, unpopulatedViews } }
}

async function openReading(order: FingerprintOrder, open: AsyncDisposableStack) {
  const { toolchain, connection, processes, snapshot } = order
  const session = open.use(await openSession(toolchain.psql, connection, processes))
  await beginReading(session, snapshot)
  return session
}

async function hashAll(
  slices: readonly Slice[],
  sessions: readonly Session[],
  onProgress: FingerprintOrder['onProgress'],
): Promise<TableFingerprint[]> {
  const hashes: SliceHash[] = []
  const bytesTotal = sumOf(slices)
  let bytesDone = 0
  const batches = batchesOf(slices)
  const work = async (session: Session) => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      hashes.push(...(await hashSlices(session, batch)))
      bytesDone += sumOf(batch)
      onProgress?.({ bytesDone, bytesTotal })
    }
  }
  await Promise.all(sessions.map(work))
  return tablesOf(hashes).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

const sumOf = (slices: readonly Slice[]) => slices.reduce((sum, slice) => sum + bytesOf(slice), 0)

function batchesOf(slices: readonly Slice[]): Slice[][] {
  const batches: Slice[][] = []
  let room = 0
  for (const slice of slices) {
    const bytes = bytesOf(slice)
    const last = batches.at(-1)
    if (last === undefined || bytes > room || last.length >= batchTables) {
      batches.push([slice])
      room = batchBytes - bytes
    } else {
      last.push(slice)
      room -= bytes
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
