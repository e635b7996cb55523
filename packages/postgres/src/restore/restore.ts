import type { Connection } from '../connection.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import type { Processes } from '@recovery-playbook/processes'
import { openSession, type Session } from '../session.ts'
import { identifier, literal } from '../sql.ts'
import type { ThrowawayCluster } from '../throwaway.ts'
import type { Installer } from '../pgdg.ts'
import { createDatabase, createExtensions } from './database.ts'
import { provideExtensions } from './extension-packages.ts'
import { lendPublicSchema } from './public-schema.ts'
import { closeSchemas, makeRoles, openSchemas } from './roles.ts'
import { contentsOf, pgRestore } from './pg-restore.ts'

/** Not the source's name: it may be `postgres`, which every cluster has already. */
const database = 'restored'

export interface RestoreOrder {
  readonly cluster: ThrowawayCluster
  readonly fingerprint: Fingerprint
  /** Path of a custom-format dump. */
  readonly archive: string
  /** Connections that pg_restore may use. */
  readonly jobs: number
  readonly processes: Processes
  /** Gets extensions that the server lacks; without it they are only named. */
  readonly installer?: Installer | undefined
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
 * @throws Failure RESTORE_FAILED with pg_restore's messages; CLUSTER_FAILED when the server is gone;
 *   LOCALE_MISSING; EXTENSION_MISSING
 */
export async function restoreDatabase(order: RestoreOrder): Promise<RestoreReport> {
  const { cluster, fingerprint, processes } = order
  const { psql } = cluster.toolchain
  const contents = await contentsOf(order)
  await using maintenance = await openSession(psql, cluster.superuser, processes)
  const installed = await provideExtensions(
    maintenance,
    cluster.toolchain.major,
    fingerprint.extensions,
    order.installer,
  )
  const login = await makeRoles(maintenance, fingerprint)
  await createDatabase(maintenance, fingerprint.server, database, login.name)
  const superuser = cluster.connectionFor(database)
  const owner = cluster.connectionFor(database, login.name, login.password)

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

  const refused = await giveSettings(order, owner)
  return {
    database,
    owner,
    superuser,
    leftOut: contents.leftOut,
    prepared: preparedInWords(fingerprint, installed),
    warnings: [...warnings, ...refused],
  }
}

const preparedInWords = ({ roles, extensions }: Fingerprint, installed: readonly string[]) => [
  ...(roles.length === 0 ? [] : [`${roles.length} roles without a login`]),
  ...extensions.map(({ name, version }) => `extension ${name} ${version}`),
  ...installed.map((name) => `package ${name} installed`),
]

/** What the planner must know before an application uses a restored database; no dump carries it. */
export async function analyze({ cluster, processes }: RestoreOrder, owner: Connection) {
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

/** A dump without --create leaves `ALTER DATABASE … SET` behind: the application may rely on it. */
async function giveSettings(order: RestoreOrder, owner: Connection): Promise<string[]> {
  const refused: string[] = []
  for (const { role, name, value } of order.fingerprint.unseen.settings) {
    const setting = role === '' ? `SET ${name}` : `role ${role}: SET ${name}`
    try {
      if (role !== '' || !/^[\w.]+$/.test(name)) throw new Error('not for the owner to give')
      await using session: Session = await openSession(
        order.cluster.toolchain.psql,
        owner,
        order.processes,
      )
      await session.execute(
        `ALTER DATABASE ${identifier(owner.database)} SET ${name} = ${valuesOf(name, value)}`,
      )
    } catch {
      refused.push(`The setting was not restored: ${setting}`)
    }
  }
  return refused
}

/** Lists of names are stored as lists, already quoted (GUC_LIST_QUOTE in guc_tables.c). */
const valuesOf = (name: string, value: string) =>
  /^(search_path|temp_tablespaces|(local|session)_preload_libraries)$/i.test(name)
    ? value || "''"
    : literal(value)
