import { Failure } from '@recovery-playbook/failure'
import { type DumpOrder, listDump } from '../dump.ts'
import { type Omission, oids, userRelations } from '../relations.ts'
import { openSession, type Session } from '../session.ts'
import { beginReading } from '../snapshot.ts'
import { identifier } from '../sql.ts'
import { type DumpContents, readDumpContents, sequenceLabel } from './dump-contents.ts'
import {
  type Filters,
  type FilteredOut,
  type LeftOutRelation,
  leavesOutNothing,
} from './filters.ts'
import { assertRestorable } from './restorable.ts'

/** What pg_dump carries under filters. */
export interface Selection {
  /** pg_dump's options. */
  readonly options: readonly string[]
  readonly omission: Omission
  readonly leftOut: FilteredOut
  /** Qualified names of the materialized views whose rows are left out. */
  readonly unpopulatedViews: readonly string[]
}

/**
 * Asks pg_dump what it carries under these filters, in the snapshot of the order: its own table of
 * contents names every object by number, so no pattern is matched by anybody else. Undefined where there
 * is no filter.
 *
 * `schemas` becomes an --exclude-schema of all others, by their exact names: with --schema, pg_dump
 * would leave out extensions, large objects and whatever else belongs to no schema.
 *
 * @throws Failure DUMP_FAILED for a pattern that matches nothing; INPUT_INVALID when something that is
 *   left in needs something that is left out
 */
export async function selectDumped(
  order: Omit<DumpOrder, 'selection'>,
  filters: Filters,
): Promise<Selection | undefined> {
  if (leavesOutNothing(filters)) return undefined
  const { toolchain, connection, processes, snapshot } = order
  await using session = await openSession(toolchain.psql, connection, processes)
  await beginReading(session, snapshot)

  await assertTablesMatch(order, filters)
  const schemas = await schemasOutside(session, order, filters.schemas)
  const options = [
    ...schemas.map(({ name }) => `--exclude-schema=${identifier(name)}`),
    ...filters.excludeTables.map((pattern) => `--exclude-table=${pattern}`),
    ...filters.excludeTableData.map((pattern) => `--exclude-table-data=${pattern}`),
  ]
  const contents = readDumpContents(await listDump(order, options))
  const { relations, rows } = await omittedFrom(contents, session)
  const omission = { relations: numbersOf(relations), rows: numbersOf(rows) }
  await assertRestorable(session, contents, omission, numbersOf(schemas))
  return {
    options,
    omission,
    leftOut: {
      filters,
      schemas: schemas.map(({ name }) => name),
      relations: relations.map(inWords),
      rows: rows.map(inWords),
    },
    unpopulatedViews: rows.filter(({ kind }) => kind === 'm').map(({ qualified }) => qualified),
  }
}

/**
 * pg_dump does not mind an exclusion that matches nothing, not even with --strict-names; of a selection it
 * does. `--exclude-table=*.*` then keeps it from locking what the role may not be able to read.
 */
async function assertTablesMatch(order: DumpOrder, { excludeTables, excludeTableData }: Filters) {
  const patterns = [...excludeTables, ...excludeTableData]
  if (patterns.length === 0) return
  await listDump(order, [
    '--schema-only',
    '--strict-names',
    ...patterns.map((pattern) => `--table=${pattern}`),
    '--exclude-table=*.*',
  ])
}

interface Schema {
  readonly oid: number
  readonly name: string
}

/** The schemas that no pattern matches; an extension's own stay, because extensions do. */
async function schemasOutside(
  session: Session,
  order: DumpOrder,
  patterns: readonly string[],
): Promise<Schema[]> {
  if (patterns.length === 0) return []
  const list = await listDump(order, [
    '--schema-only',
    '--strict-names',
    ...patterns.map((pattern) => `--schema=${pattern}`),
  ])
  const { objects } = readDumpContents(list)
  const inside = objects.filter(({ catalogue }) => catalogue === pgNamespace)
  return session.query<Schema>(`
    SELECT oid::int8 AS oid, nspname::text AS name FROM pg_namespace AS n
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND oid <> ALL (${oids(numbersOf(inside))})
      AND NOT EXISTS (SELECT FROM pg_depend WHERE deptype = 'e'
        AND classid = 'pg_namespace'::regclass AND objid = n.oid)
    ORDER BY nspname`)
}

interface Relation extends LeftOutRelation {
  readonly oid: number
  readonly member: boolean
  readonly owner: string
  readonly qualified: string
  /** Whether a dump of everything has rows of it, or its value. */
  readonly holds: boolean
}

async function omittedFrom(contents: DumpContents, session: Session) {
  const relations = await session.query<Relation>(`
    SELECT oid::int8 AS oid, schema, name, kind, member, format('%I.%I', schema, name) AS qualified,
      (SELECT pg_get_userbyid(relowner) FROM pg_class AS c WHERE c.oid = relation.oid)::text AS owner,
      CASE kind WHEN 'm' THEN (SELECT relispopulated FROM pg_class AS c WHERE c.oid = relation.oid)
        ELSE kind IN ('r', 'S') AND NOT (persistence = 'u' AND pg_is_in_recovery()) END AS holds
    FROM ${userRelations} AS relation ORDER BY schema, name`)
  const tables = contents.objects.filter(({ catalogue }) => catalogue === pgClass)
  const defined = new Set(numbersOf(tables))
  const isIn = ({ oid, member }: Relation) => member || defined.has(oid)
  const inside = relations.filter(isIn)
  const hasRows = (one: Relation) =>
    one.kind === 'S' ? hasValue(one, inside, contents) : contents.rows.has(one.oid)
  return {
    relations: relations.filter((one) => !isIn(one)),
    rows: inside.filter((one) => one.holds && !hasRows(one)),
  }
}

/** Blanks in names may make two sequences look the same in the list. */
function hasValue(
  one: Relation,
  inside: readonly Relation[],
  { sequences }: DumpContents,
): boolean {
  const label = sequenceLabel(one)
  const values = sequences.get(label) ?? 0
  const alike = inside.filter(
    ({ kind, ...other }) => kind === 'S' && sequenceLabel(other) === label,
  )
  if (values === 0 || values === alike.length) return values > 0
  throw new Failure(
    'INPUT_INVALID',
    `It cannot be told which of the sequences ${alike.map(({ qualified }) => qualified).join(', ')} 'exclude-table-data' leaves out.`,
    { hint: 'Leave out the values of all of them, or of none.' },
  )
}

/** Numbers of catalogues, fixed in PostgreSQL's pg_class.h and pg_namespace.h. */
const pgClass = 1259
const pgNamespace = 2615

const numbersOf = (list: readonly { readonly oid: number }[]) => list.map(({ oid }) => oid)

const inWords = ({ schema, name, kind }: Relation): LeftOutRelation => ({
  schema,
  name,
  kind: kinds[kind] ?? kind,
})

const kinds: Record<string, string> = {
  r: 'table',
  p: 'partitioned table',
  m: 'materialized view',
  S: 'sequence',
  v: 'view',
  f: 'foreign table',
}
