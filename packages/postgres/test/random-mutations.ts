import type { TestServer } from '../../../test/support/postgres.ts'
import { compareTables } from '../src/fingerprint/table-difference.ts'
import { whole } from '../src/fingerprint/slices.ts'
import { findTargets, hashSlices, tablesOf, type Target } from '../src/fingerprint/tables.ts'
import { openSession, type Session } from '../src/index.ts'
import { identifier, literal, qualified } from '../src/sql.ts'
import {
  oneOf,
  type Random,
  randomFrom,
  valueOf,
  valueOfOwn,
  withoutInput,
} from './random-values.ts'

export interface Outcome {
  /** Of each kind, how many changed something. */
  readonly changes: Record<string, number>
  /** How many changed nothing, and were rightly not reported. */
  readonly noops: number
  /** What was reported wrongly, in words. Empty: none missed, none invented. */
  readonly wrong: readonly string[]
  /** Columns that were changed at least once. */
  readonly columns: number
}

/** Names of types that a column of a user may have, as this server knows them. */
export async function typesOf(session: Session): Promise<string[]> {
  const found = await session.query<{ name: string }>(`SELECT typname::text AS name FROM pg_type
    WHERE typnamespace = 'pg_catalog'::regnamespace AND typtype IN ('b', 'r', 'm') AND typelem = 0
      OR typname IN ('name', 'point', 'line', 'lseg', 'box', 'int2vector', 'oidvector')
    ORDER BY 1`)
  return found.map(({ name }) => name).filter((name) => !withoutInput.includes(name))
}

/**
 * Changes single rows of tables that hold every type, one after the other, and demands that the
 * product's own hashes name the table that was changed and no other. Each change is taken back.
 */
export async function mutateAtRandom(
  server: TestServer,
  seed: number,
  count: number,
): Promise<Outcome> {
  const random = randomFrom(seed)
  const { superuser } = await server.createDatabase()
  await using session = await openSession(server.toolchain.psql, superuser, server.processes)
  await fill(session, random)
  const targets = await findTargets(session)
  const hash = async () => tablesOf(await hashSlices(session, targets.map(whole)))
  const before = await hash()
  const draw = mutationsOf(await columnsOf(session), random)
  const outcome = { changes: {} as Record<string, number>, noops: 0, wrong: [] as string[] }
  const columns = new Set<string>()
  for (let number = 1; number <= count;) {
    const { kind, target, sql, changes } = draw(targets)
    await session.execute('BEGIN')
    const isChanged = changes === undefined || (await answerOf(session, changes))
    await session.execute(sql)
    const named = compareTables(before, await hash()).map(({ object }) => object)
    await session.execute('ROLLBACK')
    const wanted = isChanged && kind !== 'reorder' ? [`table ${target.schema}.${target.name}`] : []
    if (String(named) !== String(wanted)) {
      outcome.wrong.push(`${number}: ${sql} named [${named.join()}] instead of [${wanted.join()}]`)
    }
    if (wanted.length === 0) outcome.noops += 1
    else {
      outcome.changes[kind] = (outcome.changes[kind] ?? 0) + 1
      if (kind === 'update') columns.add(sql.split(' = ', 1).join())
      number += 1
    }
  }
  return { ...outcome, columns: columns.size }
}

async function answerOf(session: Session, query: string): Promise<boolean> {
  const [row] = await session.query<{ changes: boolean }>(query)
  return row?.changes === true
}

/** A wide table with a column of every type, and tables of odd shapes; a few rows in each. */
async function fill(session: Session, random: Random): Promise<void> {
  const types = [
    ...(await typesOf(session)).map((name) => `pg_catalog.${identifier(name)}`),
    ...Object.keys(valueOfOwn),
  ]
  const column = (type: string, index: number) => `c${index} ${typeIn(type)}`
  await session.execute(`CREATE SCHEMA odd; CREATE TYPE odd.mood AS ENUM ('sad', 'it''s ok', 'glücklich 😀');
    CREATE TYPE odd.pair AS (a integer, b text); CREATE DOMAIN odd.positive AS integer CHECK (VALUE > 0);
    CREATE TYPE odd.span AS RANGE (subtype = float8);
    CREATE TABLE odd.wide (${types.map(column).join(', ')});
    CREATE TABLE odd.no_columns ();
    CREATE TABLE odd."it's ""odd""\n\\" ("new\nline" text, "select" integer);
    CREATE UNLOGGED TABLE odd.unlogged (t text, n integer);
    CREATE TABLE odd.dropped (a integer, b text, c integer); ALTER TABLE odd.dropped DROP b;
    CREATE TABLE odd.parent (a integer, b text); CREATE TABLE odd.child (c text) INHERITS (odd.parent);
    CREATE TABLE odd.parts (a integer, b text) PARTITION BY LIST ((a IS NULL));
    CREATE TABLE odd.some PARTITION OF odd.parts DEFAULT;
    CREATE TABLE odd.long (t text)`)
  const own = (name: string) => qualified('odd', name)
  for (let row = 0; row < 5; row += 1) {
    await session.execute(`INSERT INTO odd.wide VALUES (${types.map((type) => literalOf(type, random)).join(', ')});
      INSERT INTO odd.no_columns DEFAULT VALUES;
      INSERT INTO odd.long VALUES (repeat('${row} long ', 20000))`)
    for (const name of ['it\'s "odd"\n\\', 'unlogged', 'dropped', 'parent', 'child', 'parts']) {
      await session.execute(`INSERT INTO ${own(name)} DEFAULT VALUES`)
    }
  }
}

const typeIn = (type: string) => (/^(mood|pair|positive|span)/.test(type) ? `odd.${type}` : type)

function literalOf(type: string, random: Random): string {
  if (random() < 0.1 && type !== 'positive') return `NULL::${typeIn(type)}`
  const name = type.replace(/^pg_catalog\."(.*)"$/, '$1')
  const value = (valueOfOwn[type] ?? valueOf[name])?.(random)
  if (value === undefined) throw new Error(`no random value is known for the type ${type}`)
  return `${literal(value)}::${typeIn(type)}`
}

interface Column {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly type: string
  readonly ctids: readonly string[]
}

async function columnsOf(session: Session): Promise<Column[]> {
  const tables = await session.query<Omit<Column, 'ctids'>>(`
    SELECT nspname::text AS schema, relname::text AS table, attname::text AS name,
      CASE WHEN atttypmod >= 0 OR t.typnamespace <> 'pg_catalog'::regnamespace OR t.typelem <> 0 AND t.typlen = -1
        THEN replace(format_type(atttypid, atttypmod), 'odd.', '')
        ELSE format('pg_catalog."%s"', typname) END AS type
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = attrelid JOIN pg_type AS t ON t.oid = atttypid
      JOIN pg_namespace AS n ON n.oid = relnamespace
    WHERE nspname = 'odd' AND relkind = 'r' AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum`)
  const columns: Column[] = []
  for (const column of tables) {
    const rows = await session.query<{ ctid: string }>(
      `SELECT ctid::text FROM ONLY ${qualified(column.schema, column.table)} AS t`,
    )
    columns.push({ ...column, ctids: rows.map(({ ctid }) => ctid) })
  }
  return columns
}

interface Drawn {
  readonly kind: 'insert' | 'delete' | 'duplicate' | 'update' | 'reorder'
  readonly target: Pick<Target, 'schema' | 'name'>
  readonly sql: string
  /** Asks, by the bytes and not by the text, whether an update changes anything. */
  readonly changes?: string
}

/** Three of four change a column: each in turn, so that none is left out. */
function mutationsOf(columns: readonly Column[], random: Random) {
  let turn = Math.floor(random() * columns.length)
  return (targets: readonly Target[]): Drawn => {
    if (random() < 0.75) return updateOf(columns[(turn += 1) % columns.length], random)
    const target = oneOf(random, targets)
    const table = qualified(target.schema, target.name)
    const any = `(SELECT ctid FROM ONLY ${table} OFFSET ${Math.floor(random() * 5)} LIMIT 1)`
    const kind = oneOf(random, ['insert', 'delete', 'duplicate', 'reorder'] as const)
    const sql = {
      insert: `INSERT INTO ${table} DEFAULT VALUES`,
      delete: `DELETE FROM ONLY ${table} WHERE ctid = ${any}`,
      duplicate: `INSERT INTO ${table} SELECT * FROM ONLY ${table} WHERE ctid = ${any}`,
      reorder: `CREATE TEMP TABLE gone ON COMMIT DROP AS SELECT * FROM ONLY ${table} ORDER BY ctid DESC;
        DELETE FROM ONLY ${table}; INSERT INTO ${table} SELECT * FROM gone`,
    }[kind]
    return { kind, target, sql }
  }
}

function updateOf(column: Column | undefined, random: Random): Drawn {
  if (column === undefined) throw new Error('there is no column to change')
  const { schema, table, name, type, ctids } = column
  const at = qualified(schema, table)
  const row = `WHERE ctid = '${oneOf(random, ctids)}'`
  // Now and then what is there already: nothing must be reported.
  const value = random() < 0.1 ? identifier(name) : literalOf(type, random)
  return {
    kind: 'update',
    target: { schema, name: table },
    sql: `UPDATE ONLY ${at} SET ${identifier(name)} = ${value} ${row}`,
    changes: `SELECT record_image_ne(ROW(${identifier(name)}), ROW(${value})) AS changes FROM ONLY ${at} ${row}`,
  }
}
