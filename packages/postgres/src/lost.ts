import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from './connection.ts'
import { openSession } from './session.ts'
import { identifier } from './sql.ts'

interface Column {
  readonly schema: string
  readonly table: string
  readonly name: string
}

interface Comparing {
  readonly psql: string
  readonly processes: Processes
  readonly before: Connection
  readonly after: Connection
  /** Tables of this name are passed over: they are about the copies themselves. */
  readonly apartFrom: string
}

/**
 * What one copy of a database holds and a later one does not, as far as tables and columns tell: tables
 * with rows, columns with values, and rows. Values that changed are not seen.
 *
 * @returns each loss in words, without a value
 */
export async function lostBetween({
  psql,
  processes,
  before,
  after,
  apartFrom,
}: Comparing): Promise<string[]> {
  await using earlier = await openSession(psql, before, processes)
  await using later = await openSession(psql, after, processes)
  const has = await later.query<Column>(columns)
  const kept = new Set(has.map(keyOf))
  const tables = new Set(has.map(tableOf))
  const losses: string[] = []
  const all = (await earlier.query<Column>(columns)).filter(({ table }) => table !== apartFrom)
  for (const table of new Map(all.map((one) => [tableOf(one), one])).values()) {
    const rows = await count(earlier, table, '*')
    if (!tables.has(tableOf(table))) {
      if (rows > 0) losses.push(`${inWords(table)}: the table, with ${rows} rows`)
      continue
    }
    const left = await count(later, table, '*')
    if (left < rows) losses.push(`${inWords(table)}: ${rows - left} of ${rows} rows`)
  }
  for (const column of all) {
    if (kept.has(keyOf(column)) || !tables.has(tableOf(column))) continue
    const values = await count(earlier, column, identifier(column.name))
    if (values > 0)
      losses.push(`${inWords(column)}.${column.name}: the column, with ${values} values`)
  }
  return losses
}

const columns = `
  SELECT nspname::text AS schema, relname::text AS "table", attname::text AS name
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped
  WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
  ORDER BY 1, 2, attnum`

const keyOf = ({ schema, table, name }: Column) => JSON.stringify([schema, table, name])
const tableOf = ({ schema, table }: Column) => JSON.stringify([schema, table])
const inWords = ({ schema, table }: Column) => `${schema}.${table}`

async function count(
  session: { query<Row>(sql: string): Promise<Row[]> },
  { schema, table }: Column,
  what: string,
): Promise<number> {
  const [row] = await session.query<{ count: string }>(
    `SELECT count(${what})::text AS count FROM ${identifier(schema)}.${identifier(table)}`,
  )
  return Number(row?.count ?? 0)
}
