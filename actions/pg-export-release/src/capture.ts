import {
  compressOutput,
  compressText,
  type Member,
  partBytesFor,
  type Seal,
  storeMember,
} from '@recovery-playbook/archive'
import { progressOf } from '@recovery-playbook/drill'
import type { Runner } from '@recovery-playbook/host'
import {
  beginFingerprint,
  dumpDatabase,
  dumpGlobals,
  exportSnapshot,
  type Fingerprint,
  selectDumped,
} from '@recovery-playbook/postgres'
import { formatBytes } from '@recovery-playbook/report'
import type { Source } from './inspect.ts'
import type { TriedDraft } from './tried-draft.ts'

/** Uploads under way at once; each holds one sealed part. */
const parallelUploads = 4

/** Sessions that hash tables while pg_dump reads them. */
const fingerprintSessions = 2

export interface Captured {
  /** The snapshot's transaction time, ISO 8601. */
  readonly snapshotAt: string
  /** The sealed half comes later: it seals what these say. */
  readonly members: readonly Member[]
  readonly fingerprint: Fingerprint
}

/** One exported snapshot for both: what pg_dump reads is what the fingerprint describes. */
export async function captureDatabase(
  { connection, filters, toolchain, zstd, server }: Source,
  seal: Seal,
  draft: TriedDraft,
  scratch: string,
  runner: Runner,
): Promise<Captured> {
  const { processes } = runner
  await using snapshot = await exportSnapshot(toolchain.psql, connection, processes)
  runner.info(`Snapshot of ${snapshot.takenAt}`)
  const unfiltered = { toolchain, connection, snapshot, processes }
  // Roles are outside of every snapshot: the nearest moment to it.
  const roles = await dumpGlobals(unfiltered)
  const selection = await selectDumped(unfiltered, filters)
  const reading = { ...unfiltered, selection }
  await using describing = await beginFingerprint({
    ...reading,
    sessions: fingerprintSessions,
    onProgress: progressOf('Fingerprint', (line) => {
      runner.info(line)
    }),
  })
  const dump = await storeMember({
    name: 'database.dump',
    content: compressOutput((into) => dumpDatabase(reading, into), zstd),
    seal,
    sink: draft,
    partBytes: partBytesFor(Number(server.bytes)),
    parallel: parallelUploads,
    scratch,
    onPart: ({ name, bytes }) => {
      runner.info(`${name}: ${formatBytes(bytes)} stored, and opened again`)
    },
  })
  const fingerprint = await describing.finish()
  const globals = await storeMember({
    name: 'globals.sql',
    content: await compressText(roles),
    seal,
    sink: draft,
    partBytes: partBytesFor(0),
    parallel: 1,
    scratch,
  })
  runner.info(`${fingerprint.tables.length} tables fingerprinted in the same snapshot`)
  return { snapshotAt: snapshot.takenAt, members: [dump, globals], fingerprint }
}
