import type { TableFingerprint } from '../fingerprint/fingerprint.ts'
import { createDatabase, createExtensions } from '../restore/database.ts'
import { contentsOf, pgRestore } from '../restore/pg-restore.ts'
import type { RestoreOrder } from '../restore/restore.ts'
import { makeRoles, openSchemas } from '../restore/roles.ts'
import type { Connection } from '../connection.ts'
import { openSession } from '../session.ts'
import { identifier } from '../sql.ts'

const database = 'restored_again'

/** A database with the rows of a few tables; it is gone when it is disposed of. */
export interface RestoredAgain extends AsyncDisposable {
  readonly superuser: Connection
}

/**
 * Restores these tables once more, into a scratch database of the same cluster: every definition without
 * indexes, constraints and triggers, and no row of another table.
 */
export async function restoreAgain(
  order: RestoreOrder,
  tables: readonly TableFingerprint[],
): Promise<RestoredAgain> {
  const { cluster, fingerprint, processes } = order
  const { psql } = cluster.toolchain
  const contents = await contentsOf(order)
  await using cleanup = new AsyncDisposableStack()
  const maintenance = cleanup.use(await openSession(psql, cluster.superuser, processes))
  const login = await makeRoles(maintenance, fingerprint)
  await createDatabase(maintenance, fingerprint.server, database, login.name)
  cleanup.defer(() => drop(order))
  const superuser = cluster.connectionFor(database)
  const owner = cluster.connectionFor(database, login.name, login.password)

  await pgRestore(order, owner, contents.schemas)
  await using administration = await openSession(psql, superuser, processes)
  await createExtensions(administration, fingerprint.extensions)
  await openSchemas(administration, login)
  const rows = tables.map(({ schema, name }) => dataOf(schema, name))
  const isData = (line: string) => rows.some((words) => line.replace(entry, '').startsWith(words))
  await pgRestore(order, owner, contents.others, ['--section=pre-data'])
  await pgRestore(order, owner, contents.others.filter(isData))

  const kept = cleanup.move()
  return { superuser, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** The numbers in front of an entry of `pg_restore --list`. */
const entry = /^\d+; \d+ \d+ /

/** As `pg_restore --list` writes it, which replaces line breaks. Two may look alike: both are restored. */
const dataOf = (schema: string, name: string) =>
  `TABLE DATA ${schema} ${name} `.replaceAll(/[\r\n]/g, ' ')

async function drop({ cluster, processes }: RestoreOrder): Promise<void> {
  await using session = await openSession(cluster.toolchain.psql, cluster.superuser, processes)
  await session.execute(`DROP DATABASE IF EXISTS ${identifier(database)}`)
}
