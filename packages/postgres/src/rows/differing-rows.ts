import { randomBytes } from 'node:crypto'
import { messageOf } from '@recovery-playbook/failure'
import type { TableFingerprint } from '../fingerprint/fingerprint.ts'
import type { RestoreOrder, RestoreReport } from '../restore/restore.ts'
import { openSession, type Session } from '../session.ts'
import { type RestoredAgain, restoreAgain } from './again.ts'
import { copyLines } from './copy-lines.ts'
import { keyOf, rowLines } from './row-lines.ts'

/** How a restored table differs from what the same archive gives when it is restored once more. */
export interface DifferingRows {
  /** Numbers of rows, as decimal strings. */
  readonly missing: string
  readonly added: string
  /** Of a table without a key, a changed row is one that is missing and one that was added. */
  readonly changed: string
  /** Of the changed rows, most first. */
  readonly columns: readonly { readonly name: string; readonly rows: string }[]
  /** What tells the rows apart; empty for all columns. */
  readonly key: readonly string[]
  /** As PostgreSQL writes a row: `(7)`. No more than were asked for, and none without a key. */
  readonly keys: readonly { readonly key: string; readonly what: string }[]
}

/** Of one table: what was found, or why it could not be told. */
export interface ToldTable {
  readonly table: TableFingerprint
  readonly rows: DifferingRows | string
}

/**
 * Restores a few tables once more and says which rows of the first restore differ. Both sides become lines
 * of hashes and are joined by the server, on its disk; values never leave it.
 *
 * @param keys how many keys to name at most, for each table
 */
export async function findDifferingRows(
  order: RestoreOrder,
  { superuser }: Pick<RestoreReport, 'superuser'>,
  tables: readonly TableFingerprint[],
  keys: number,
): Promise<ToldTable[]> {
  if (tables.length === 0) return []
  const told: ToldTable[] = []
  const { cluster, processes } = order
  const { psql } = cluster.toolchain
  try {
    await using again = await restoreAgain(order, tables)
    for (const table of tables) {
      const comparing = async () => {
        await using first = await openSession(psql, superuser, processes)
        const key = await keyOf(first, table)
        const from = { psql, processes, connection: superuser }
        return await compare(table, key, from, again, keys)
      }
      const rows = await comparing().catch((error: unknown) => messageOf(error))
      told.push({ table, rows })
    }
  } catch (error) {
    const because = `the second restore failed: ${messageOf(error)}`
    return tables.map(
      (table) => told.find((one) => one.table === table) ?? { table, rows: because },
    )
  }
  return told
}

async function compare(
  table: TableFingerprint,
  key: readonly string[],
  from: Parameters<typeof copyLines>[1],
  again: RestoredAgain,
  keys: number,
): Promise<DifferingRows> {
  const schema = `rows_${randomBytes(6).toString('hex')}`
  await using session = await openSession(from.psql, again.superuser, from.processes)
  const line = `(key text COLLATE "C", number bigint, hashes bigint[])`
  await session.execute(`CREATE SCHEMA ${schema}; CREATE UNLOGGED TABLE ${schema}.found ${line}`)
  const lines = rowLines(table, key)
  await copyLines(lines, from, `${schema}.found`, again.superuser)
  await session.execute(`CREATE UNLOGGED TABLE ${schema}.differing AS
    SELECT key, found.hashes AS found, again.hashes AS again,
      CASE WHEN found.hashes IS NULL THEN 'missing' WHEN again.hashes IS NULL THEN 'added'
        ELSE 'changed' END AS what
    FROM ${schema}.found FULL JOIN (${lines}) AS again USING (key, number)
    WHERE found.hashes IS DISTINCT FROM again.hashes`)
  return { ...(await counts(session, schema)), ...(await details(session, schema)) }

  async function details(asked: Session, place: string) {
    const numbers = await asked.query<{ place: number; rows: string }>(`
      SELECT place, count(*)::text AS rows
      FROM ${place}.differing, generate_subscripts(found, 1) AS place
      WHERE what = 'changed' AND found[place] <> again[place]
      GROUP BY place ORDER BY count(*) DESC, place`)
    const columns = numbers.map(({ place: at, rows }) => ({
      name: table.columns[at - 1] ?? '',
      rows,
    }))
    const named =
      key.length === 0 || keys === 0
        ? []
        : await asked.query<{ key: string; what: string }>(
            `SELECT key, what FROM ${place}.differing ORDER BY what, key LIMIT ${keys}`,
          )
    return { columns, key, keys: named }
  }
}

async function counts(session: Session, schema: string) {
  const count = (what: string) => `count(*) FILTER (WHERE what = '${what}')::text AS ${what}`
  const [found] = await session.query<Pick<DifferingRows, 'missing' | 'added' | 'changed'>>(
    `SELECT ${['missing', 'added', 'changed'].map(count).join(', ')} FROM ${schema}.differing`,
  )
  return found ?? { missing: '0', added: '0', changed: '0' }
}
