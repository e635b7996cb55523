import { Failure } from '@recovery-playbook/failure'
import type { Connection } from './connection.ts'
import type { Processes } from '@recovery-playbook/processes'
import { isoTime } from './server.ts'
import { openSession, type Session } from './session.ts'

/** A view of the database that several sessions share, as long as it is not disposed of. */
export interface Snapshot extends AsyncDisposable {
  /** What `pg_dump --snapshot` and SET TRANSACTION SNAPSHOT take. */
  readonly id: string
  /** When its transaction began, by the server's clock: ISO 8601 in UTC with milliseconds. */
  readonly takenAt: string
}

/**
 * Begins a read-only transaction and exports its snapshot. Every reader must have imported it
 * before it is disposed of.
 *
 * @throws Failure as openSession does, and CONNECTION_FAILED for a pooled connection
 */
export async function exportSnapshot(
  psql: string,
  connection: Connection,
  processes: Processes,
): Promise<Snapshot> {
  const session = await openSession(psql, connection, processes)
  try {
    const before = await backendOf(session)
    await beginReading(session)
    if ((await backendOf(session)) !== before) throw pooled()
    const [row] = await session.query<{ id: string; takenAt: string }>(
      `SELECT pg_export_snapshot() AS id, ${isoTime('transaction_timestamp()')} AS "takenAt"`,
    )
    if (row === undefined) throw pooled()
    return { ...row, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
}

/** A transaction that sees one state of the database and changes nothing. */
export async function beginReading(session: Session, snapshot?: Snapshot): Promise<void> {
  await session.execute('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  if (snapshot !== undefined) await session.execute(`SET TRANSACTION SNAPSHOT '${snapshot.id}'`)
}

async function backendOf(session: Session): Promise<string> {
  const [row] = await session.query<{ pid: string }>('SELECT pg_backend_pid()::text AS pid')
  return row?.pid ?? ''
}

const pooled = () =>
  new Failure(
    'CONNECTION_FAILED',
    'The database URL leads to a pooler (PgBouncer), which cannot hold a snapshot.',
    { hint: "Use the direct URL of the database, not the pooler's." },
  )
