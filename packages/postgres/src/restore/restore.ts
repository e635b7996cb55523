import type { Connection } from '../connection.ts'
import type { Identity, Processes } from '@recovery-playbook/processes'
import { openSession, type Session } from '../session.ts'
import type { ThrowawayCluster } from '../throwaway.ts'
import type { Installer } from '../pgdg.ts'
import { createExtensions } from './database.ts'
import { makeDatabase } from './make-database.ts'
import { lendPublicSchema } from './public-schema.ts'
import { contentsOf, pgRestore } from './pg-restore.ts'
import type { Prerequisites } from './prerequisites.ts'
import { closeSchemas, openSchemas } from './roles.ts'
import { giveSettings } from './settings.ts'

export interface RestoreOrder {
  readonly cluster: ThrowawayCluster
  readonly fingerprint: Prerequisites
  /** Path of a dump in any of pg_dump's formats but SQL. */
  readonly archive: string
  /** Connections that pg_restore may use. */
  readonly jobs: number
  readonly processes: Processes
  /** Gets extensions that the server lacks; without it they are only named. */
  readonly installer?: Installer | undefined
  /** Starts pg_restore, where it is not to be started as the others: isolated, and as whom. */
  readonly reader?: { readonly processes: Processes; readonly identity: Identity | undefined }
}

export interface RestoreReport {
  readonly database: string
  /** As the owner of the database, who is no superuser: for checks and the application. */
  readonly owner: Connection
  /** As the superuser, whom row level security does not bind: for the fingerprint. */
  readonly superuser: Connection
  /** Entries of the archive that a superuser alone can make; extensions were made beforehand. */
  readonly leftOut: readonly string[]
  /** What the superuser made before the archive was restored, and what was installed for it. */
  readonly prepared: readonly string[]
  /** pg_restore's warnings and settings that could not be given to the database. */
  readonly warnings: readonly string[]
}

/**
 * Restores an archive into a new database of a throwaway cluster, as a login that is no superuser:
 * what hostile content of a dump executes has no power over the machine.
 *
 * @throws Failure RESTORE_FAILED with pg_restore's messages; SUPERUSER_NEEDED; CLUSTER_FAILED when the server is gone;
 *   LOCALE_MISSING; EXTENSION_MISSING
 */
export async function restoreDatabase(order: RestoreOrder): Promise<RestoreReport> {
  const { cluster, fingerprint, processes } = order
  const { psql } = cluster.toolchain
  const contents = await contentsOf(order)
  const { login, owner, superuser, ...made } = await makeDatabase(order)

  await pgRestore(order, owner, contents.schemas)
  await using administration = await openSession(psql, superuser, processes)
  await createExtensions(administration, fingerprint.extensions)
  await openSchemas(administration, login)
  const returnPublicSchema = await lendPublicSchema(administration, login)
  const warnings = await pgRestore(
    order,
    await compressingFast(owner, administration),
    contents.others,
  )
  await returnPublicSchema()
  await closeSchemas(administration, login)

  const refused = await giveSettings({ psql, processes, owner, ...fingerprint.unseen })
  return {
    ...made,
    owner,
    superuser,
    leftOut: contents.leftOut,
    warnings: [...warnings, ...refused],
  }
}

/** What the planner must know before an application uses a restored database; no dump carries it. */
export async function analyze(
  { cluster, processes }: Pick<RestoreOrder, 'cluster' | 'processes'>,
  owner: Connection,
) {
  await using session = await openSession(cluster.toolchain.psql, owner, processes)
  await session.execute('ANALYZE')
}

/**
 * PostgreSQL compresses long values anew; LZ4 needs a fraction of pglz's time. It is about how they are
 * stored: no dump shows it, and no application sees it. Columns that name a method keep it.
 */
async function compressingFast(connection: Connection, session: Session): Promise<Connection> {
  const [setting] = await session.query(
    "SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)",
  )
  if (setting === undefined) return connection
  const PGOPTIONS = '-c default_toast_compression=lz4'
  return { ...connection, environment: { ...connection.environment, PGOPTIONS } }
}
