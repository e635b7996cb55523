import type { Difference } from '../fingerprint/difference.ts'
import type {
  Fingerprint,
  SequenceFingerprint,
  TableFingerprint,
} from '../fingerprint/fingerprint.ts'
import type { Session } from '../session.ts'
import { literal, qualified } from '../sql.ts'
import { silencing, withoutKeys } from './in-the-way.ts'

/** Damage to a restored database that a comparison has to find. */
export interface Mutation {
  readonly name: string
  /** SQL as the login of the restore: keys and generated columns of its owners run, and have no power. */
  readonly sql: string
  /** Whether a difference is about it. */
  readonly isNamedBy: (difference: Difference) => boolean
}

export interface Mutations {
  readonly possible: readonly Mutation[]
  /** What this database has nothing to damage for, with the reason. */
  readonly impossible: readonly string[]
}

/**
 * One of each kind, on objects that this database has and that the login may change.
 *
 * @param session a superuser's, which reads catalogues and rows alone
 * @param login a member of every owner
 */
export async function mutationsOf(
  session: Session,
  fingerprint: Fingerprint,
  login: string,
): Promise<Mutations> {
  const own = await ownedBy(session, login)
  const isOwn = ({ schema, name }: Named) => own.has(qualified(schema, name))
  const table = await changeableTable(session, fingerprint.tables.filter(isOwn))
  const index = await someIndex(session, isOwn)
  const sequence = fingerprint.sequences.find(isOwn)
  return {
    possible: [
      ...(table === undefined ? [] : await rowMutations(session, table)),
      ...(index === undefined ? [] : [dropped(index)]),
      ...(sequence === undefined ? [] : [moved(sequence)]),
    ],
    impossible: [
      ...(table === undefined ? ['rows: no table has two that differ'] : []),
      ...(index === undefined ? ['index: there is none'] : []),
      ...(sequence === undefined ? ['sequence: there is none'] : []),
    ],
  }
}

interface Named {
  readonly schema: string
  readonly name: string
}

/** Extensions and what is in them belong to the superuser who made them. */
async function ownedBy(session: Session, login: string): Promise<ReadonlySet<string>> {
  const found = await session.query<Named>(
    `SELECT nspname::text AS schema, relname::text AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND pg_has_role(${literal(login)}, relowner, 'USAGE')`,
  )
  return new Set(found.map(({ schema, name }) => qualified(schema, name)))
}

interface Changeable {
  readonly table: TableFingerprint
  /** Columns that an UPDATE may set, quoted and joined. */
  readonly columns: string
  /** Where two rows are that differ in them. */
  readonly one: string
  readonly other: string
}

/** The smallest first: what is damaged is found in a large one as well. */
async function changeableTable(
  session: Session,
  tables: readonly TableFingerprint[],
): Promise<Changeable | undefined> {
  const candidates = tables
    .filter(({ kind, rows }) => kind === 'table' && BigInt(rows) > 1n)
    .toSorted((a, b) => Number(BigInt(a.rows) - BigInt(b.rows)))
  for (const table of candidates) {
    const { schema, name } = table
    const [found] = await session.query<{ columns: string[] }>(
      `SELECT array_agg(quote_ident(attname)) AS columns FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = attrelid AND NOT relispartition
        WHERE attrelid = ${literal(qualified(schema, name))}::regclass AND attnum > 0
          AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a'`,
    )
    const columns = (found?.columns ?? []).join(', ')
    if (columns === '') continue
    const at = qualified(schema, name)
    const [rows] = await session.query<{ one: string; other: string | null }>(
      `SELECT ctid::text AS one, (
          SELECT b.ctid::text FROM ONLY ${at} AS b
          WHERE (SELECT ROW(${columns})::text FROM ONLY ${at} AS x WHERE x.ctid = b.ctid)
            IS DISTINCT FROM (SELECT ROW(${columns})::text FROM ONLY ${at} AS y WHERE y.ctid = a.ctid)
          LIMIT 1) AS other
        FROM ONLY ${at} AS a LIMIT 1`,
    )
    if (rows?.other != null) return { table, columns, one: rows.one, other: rows.other }
  }
  return undefined
}

async function rowMutations(session: Session, changeable: Changeable): Promise<Mutation[]> {
  const { table, columns, one, other } = changeable
  const at = qualified(table.schema, table.name)
  const quietly = (await silencing(session, at)).join('')
  const freely = quietly + (await withoutKeys(session, at)).join('')
  const row = (name: string, sql: string): Mutation => ({
    name,
    sql,
    isNamedBy: ({ object, aspect }) =>
      object === `table ${table.schema}.${table.name}` && ['rows', 'content'].includes(aspect),
  })
  return [
    row('a deleted row', `${quietly} DELETE FROM ONLY ${at} WHERE ctid = '${one}'`),
    row(
      'a changed row',
      `${freely} UPDATE ONLY ${at} SET (${columns}) =
        (SELECT ${columns} FROM ONLY ${at} WHERE ctid = '${other}') WHERE ctid = '${one}'`,
    ),
    row(
      'a duplicated row',
      `${freely} INSERT INTO ${at} (${columns}) OVERRIDING SYSTEM VALUE
        SELECT ${columns} FROM ONLY ${at} WHERE ctid = '${one}'`,
    ),
  ]
}

async function someIndex(
  session: Session,
  isOwn: (one: Named) => boolean,
): Promise<Named | undefined> {
  const indexes = await session.query<Named>(
    `SELECT nspname::text AS schema, c.relname::text AS name
      FROM pg_index AS i JOIN pg_class AS c ON c.oid = indexrelid AND NOT c.relispartition
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND c.relkind = 'i'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('i', 'e'))
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)
      ORDER BY 1, 2`,
  )
  return indexes.find(isOwn)
}

const dropped = ({ schema, name }: Named): Mutation => ({
  name: 'a dropped index',
  sql: `DROP INDEX ${qualified(schema, name)}`,
  isNamedBy: ({ object }) => object.includes(name),
})

/** Where it was not while it was exported, in either direction. */
function moved({ schema, name, before, after }: SequenceFingerprint): Mutation {
  const [low, high] = [BigInt(before.lastValue), BigInt(after.lastValue)].toSorted((a, b) =>
    a < b ? -1 : 1,
  )
  return {
    name: 'a moved sequence',
    sql: `SELECT setval(${literal(qualified(schema, name))}, CASE
      WHEN ${high} < seqmax THEN ${high}::numeric + 1 ELSE ${low}::numeric - 1 END::bigint)
      FROM pg_sequence WHERE seqrelid = ${literal(qualified(schema, name))}::regclass`,
    isNamedBy: ({ object }) => object === `sequence ${schema}.${name}`,
  }
}
