import { Failure } from '@recovery-playbook/failure'
import { dumpedRelations, type Omission } from './relations.ts'
import type { Session } from './session.ts'

/** One way in which a role cannot read everything, as the rows of a query. */
interface Check {
  /** SELECT of `what` is not readable ('SELECT on table public.users') and the `remedy`, a statement. */
  readonly obstacles: string
  /** SQL expression: the one statement in the place of many. */
  readonly blanket: string
}

/** What stands in the way of a dump. Names and statements are few, however many obstacles there are. */
interface Finding {
  readonly total: number
  readonly named: readonly string[]
  readonly remedies: readonly string[]
}

/** A message names so many objects of a kind and counts the others. */
const mostNamed = 5

/** With more statements than these, one that covers everything takes their place. */
const mostRemedies = 10

interface Asking {
  /** What filters leave out: nobody has to be able to read that. */
  readonly omission?: Omission | undefined
  /** Is told of every single obstacle where a message would only count them. */
  readonly tell?: (line: string) => void
}

/**
 * Asks, before a dump, whether the role may read everything, and whether there is anything to read.
 * `pg_read_all_data` is not enough by itself: it neither bypasses row level security nor covers
 * large objects.
 *
 * @throws Failure PRIVILEGE_MISSING with the objects and the statements that mend it;
 *   DATABASE_EMPTY when there is no table of the user's own
 */
export async function assertReadable(
  session: Session,
  { omission, tell = () => undefined }: Asking = {},
): Promise<void> {
  const relations = dumpedRelations(omission)
  const [row] = await session.query<{ tables: number; database: string; user: string }>(
    `SELECT (SELECT count(*) FROM ${relations} AS t
         WHERE kind IN ('r', 'p') AND NOT EXISTS (
           SELECT FROM pg_extension WHERE t.oid = ANY (extconfig)))::int AS tables,
       current_database()::text AS "database", current_user::text AS "user"`,
  )
  const { tables = 0, database = '', user = '' } = row ?? {}
  const findings = []
  for (const check of checksOf(relations)) {
    const finding = await findingOf(session, check)
    findings.push(finding)
    if (finding.total > finding.named.length) await tellAll(session, check, tell)
  }
  if (findings.some(({ total }) => total > 0)) throw privilegeMissing(findings, { user, database })
  if (tables === 0) {
    const left = omission === undefined ? '' : ' that the filters leave in'
    throw new Failure('DATABASE_EMPTY', `The database '${database}' has no table${left}.`, {
      hint:
        omission === undefined
          ? 'Check the database name in the URL: an empty database is never backed up.'
          : 'Check `schemas` and `exclude-tables`: a dump of nothing is never stored.',
    })
  }
}

async function findingOf(session: Session, { obstacles, blanket }: Check): Promise<Finding> {
  const [row] = await session.query<Finding>(
    `WITH obstacle AS MATERIALIZED (${obstacles}),
       remedy AS (SELECT DISTINCT remedy AS sql FROM obstacle ORDER BY 1 LIMIT ${mostRemedies + 1}),
       named AS (SELECT what FROM obstacle LIMIT ${mostNamed})
     SELECT (SELECT count(*)::int FROM obstacle) AS total,
       (SELECT coalesce(json_agg(what), '[]') FROM named) AS named,
       (SELECT CASE WHEN count(*) > ${mostRemedies} THEN json_build_array(${blanket})
          ELSE coalesce(json_agg(sql), '[]') END FROM remedy) AS remedies`,
  )
  return row ?? { total: 0, named: [], remedies: [] }
}

async function tellAll(session: Session, { obstacles }: Check, tell: (line: string) => void) {
  const all = await session.query<{ what: string }>(`SELECT what FROM (${obstacles}) AS obstacle`)
  for (const { what } of all) tell(`Cannot be read: ${what}`)
}

const readAllData = `format('GRANT pg_read_all_data TO %I', current_user)`

const unusableSchemas = (relations: string): Check => ({
  obstacles: `
    SELECT DISTINCT format('USAGE on schema %I', schema) AS what,
      format('GRANT USAGE ON SCHEMA %I TO %I', schema, current_user) AS remedy
    FROM ${relations} AS relation WHERE NOT has_schema_privilege(schema, 'USAGE')
    ORDER BY 1`,
  blanket: readAllData,
})

// pg_dump reads no materialized view, but the fingerprint does.
const unreadableRelations = (relations: string): Check => ({
  obstacles: `
    SELECT format('SELECT on %s %I.%I',
        CASE kind WHEN 'S' THEN 'sequence' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
        schema, name) AS what,
      format('GRANT SELECT ON ALL %s IN SCHEMA %I TO %I',
        CASE kind WHEN 'S' THEN 'SEQUENCES' ELSE 'TABLES' END, schema, current_user) AS remedy
    FROM ${relations} AS relation
    WHERE NOT CASE kind WHEN 'S' THEN has_sequence_privilege(oid, 'SELECT')
      ELSE has_table_privilege(oid, 'SELECT') END
    ORDER BY schema, name`,
  blanket: readAllData,
})

// A partitioned table's own policies filter those who read through it: partitions are read one by one.
const filteredTables = (relations: string): Check => ({
  obstacles: `
    SELECT format('row level security of table %I.%I', schema, name) AS what,
      format('ALTER ROLE %I BYPASSRLS', current_user) AS remedy
    FROM ${relations} AS relation WHERE kind = 'r' AND row_security_active(oid) AND NOT rowless
    ORDER BY schema, name`,
  blanket: 'NULL',
})

// has_largeobject_privilege came with PostgreSQL 18: read the ACL as the server does.
const unreadableLargeObjects: Check = {
  obstacles: `
    SELECT format('SELECT on large object %s', m.oid) AS what,
      format('GRANT SELECT ON LARGE OBJECT %s TO %I', m.oid, current_user) AS remedy
    FROM pg_largeobject_metadata AS m
    WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
      AND current_setting('lo_compat_privileges') = 'off'
      AND NOT EXISTS (
        SELECT FROM aclexplode(coalesce(m.lomacl, acldefault('L', m.lomowner))) AS acl
        WHERE acl.privilege_type = 'SELECT'
          AND (acl.grantee = 0 OR pg_has_role(acl.grantee, 'USAGE')))
    ORDER BY m.oid`,
  blanket: `format('DO $all$ DECLARE one oid; BEGIN FOR one IN SELECT oid FROM pg_largeobject_metadata '
    'LOOP EXECUTE format(''GRANT SELECT ON LARGE OBJECT %%s TO %%I'', one, %L); END LOOP; END $all$',
    current_user)`,
}

const checksOf = (relations: string): Check[] => [
  unusableSchemas(relations),
  unreadableRelations(relations),
  filteredTables(relations),
  unreadableLargeObjects,
]

function privilegeMissing(
  findings: readonly Finding[],
  { user, database }: { readonly user: string; readonly database: string },
): Failure {
  const list = findings.flatMap(({ named, total }) =>
    total <= named.length ? named : [...named, `and ${total - named.length} more of these`],
  )
  const remedies = new Set(findings.flatMap((finding) => finding.remedies))
  return new Failure(
    'PRIVILEGE_MISSING',
    `The role '${user}' cannot read everything that a backup must hold: ${list.join(', ')}.`,
    {
      hint:
        'Connect as the owner of the tables, or let an administrator run in the database ' +
        `'${database}': ${[...remedies].join('; ')};`,
    },
  )
}
