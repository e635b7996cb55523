import { dumpedRelations, type Omission } from '../relations.ts'
import type { Session } from '../session.ts'
import { identifier, qualified } from '../sql.ts'
import type { TableFingerprint } from './fingerprint.ts'
import { conditionOf, type Slice } from './slices.ts'

/** A table to be hashed. */
export interface Target {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'materialized view'
  /** Sorted by their bytes: inherited tables change the order of their columns on restore. */
  readonly columns: readonly string[]
  /** The WHERE clause of an extension's configuration table, or ''. */
  readonly condition: string
  /** Its rows are not dumped from here (left out by a filter; unlogged, on a standby). */
  readonly hidden: boolean
  /** On the server's disk; estimates the work. */
  readonly bytes: number
  /** Blocks by which it can be read, 0 where it cannot. */
  readonly blocks: number
}

/** Any two numbers, fixed for ever: they are part of the algorithm. */
const seeds = [0, 0x5eed] as const

/** Every leaf table and populated materialized view that a dump carries, biggest first. */
export const findTargets = (session: Session, omission?: Omission): Promise<Target[]> =>
  session.query<Target>(`
    SELECT schema, name, condition,
      CASE kind WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
      rowless OR persistence = 'u' AND pg_is_in_recovery() AS hidden,
      CASE WHEN rowless THEN 0 ELSE coalesce(pg_table_size(oid), 0) END AS bytes,
      CASE WHEN condition = '' AND NOT rowless AND current_setting('server_version_num')::int >= 140000
          AND EXISTS (SELECT FROM pg_class AS c JOIN pg_am ON pg_am.oid = relam
            WHERE c.oid = relation.oid AND amname = 'heap')
        THEN pg_relation_size(oid) / current_setting('block_size')::int ELSE 0
      END AS blocks,
      ARRAY(
        SELECT attname::text FROM pg_attribute AS a
        WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
          -- A virtual column holds nothing, and reading it would run an expression.
          AND coalesce(to_jsonb(a) ->> 'attgenerated', '') <> 'v'
        ORDER BY attname::text COLLATE "C"
      ) AS columns
    FROM ${dumpedRelations(omission)} AS relation
    WHERE kind IN ('r', 'm')
      AND (kind = 'r' OR NOT rowless AND (SELECT relispopulated FROM pg_class AS c WHERE c.oid = relation.oid))
    ORDER BY bytes DESC, schema, name`)

/**
 * Holds every table of the list until the transaction ends, as pg_dump does: a TRUNCATE would show
 * even an older snapshot an empty table.
 */
export async function lockTables(session: Session, targets: readonly Target[]): Promise<void> {
  const tables = targets.filter(({ kind, hidden }) => kind === 'table' && !hidden)
  if (tables.length === 0) return
  const names = tables.map(({ schema, name }) => `ONLY ${qualified(schema, name)}`)
  await session.execute("SET LOCAL lock_timeout = '60s'")
  await session.execute(`LOCK TABLE ${names.join(', ')} IN ACCESS SHARE MODE`)
  await session.execute("SET LOCAL lock_timeout = '0'")
}

export interface SliceHash {
  readonly slice: Slice
  readonly rows: bigint
  readonly hash: readonly [bigint, bigint]
}

/** Counts and hashes, of all slices in one statement. */
export async function hashSlices(session: Session, slices: readonly Slice[]): Promise<SliceHash[]> {
  const found = await session.query<{ index: number; rows: string; hash: [string, string] }>(
    slices.map(hashing).join('\nUNION ALL\n'),
  )
  return found.flatMap(({ index, rows, hash: [first, second] }) => {
    const slice = slices[index]
    return slice === undefined
      ? []
      : [{ slice, rows: BigInt(rows), hash: [BigInt(first), BigInt(second)] as const }]
  })
}

/** What all slices of each table add up to. */
export function tablesOf(hashes: readonly SliceHash[]): TableFingerprint[] {
  const sums = new Map<Target, [rows: bigint, first: bigint, second: bigint]>()
  for (const { slice, rows, hash } of hashes) {
    const [a, b, c] = sums.get(slice.target) ?? [0n, 0n, 0n]
    sums.set(slice.target, [a + rows, b + hash[0], c + hash[1]])
  }
  return [...sums].map(([{ schema, name, kind, columns }, [rows, first, second]]) => {
    const hash = [String(first), String(second)] as const
    return { schema, name, kind, columns, rows: String(rows), hash }
  })
}

function hashing(slice: Slice, index: number): string {
  const { schema, name, columns, condition, hidden } = slice.target
  const table = qualified(schema, name)
  // The condition names its table without a schema's alias: it stands in a query of its own.
  const from = condition === '' ? `ONLY ${table}` : `(SELECT * FROM ${table} ${condition})`
  const row = `ROW(${columns.map((column) => `t.${identifier(column)}`).join(', ')})::text`
  const where = [...(hidden ? ['false'] : []), ...conditionOf(slice)]
  const sum = (seed: number) =>
    `coalesce(sum(hashtextextended(line COLLATE "C", ${seed})), 0)::text`
  // OFFSET 0 keeps the planner from writing the row's text out for each of the two sums.
  return `SELECT ${index} AS index, count(*)::text AS rows,
    ARRAY[${seeds.map(sum).join(', ')}] AS hash
    FROM (SELECT ${row} AS line FROM ${from} AS t
      ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`} OFFSET 0) AS lines`
}

/** For messages and progress. */
export const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${schema}.${name}`
