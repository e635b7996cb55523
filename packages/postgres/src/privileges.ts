import { Failure } from '@recovery-playbook/failure'
import { dumpedRelations } from './relations.ts'
import { identifier } from './sql.ts'
import type { Session } from './session.ts'

interface Obstacle {
  /** 'SELECT on table "public"."users"' */
  readonly what: string
  /** The statement that removes it. */
  readonly remedy: string
}

/** A message names so many objects and counts the others. */
const named = 10

/**
 * Asks, before a dump, whether the role may read everything, and whether there is anything to read.
 * `pg_read_all_data` is not enough by itself: it neither bypasses row level security nor covers
 * large objects.
 *
 * @throws Failure PRIVILEGE_MISSING with the objects and the statements that mend it;
 *   DATABASE_EMPTY when there is no table of the user's own
 */
export async function assertReadable(session: Session): Promise<void> {
  const [row] = await session.query<{ tables: number; database: string; user: string }>(
    `SELECT (SELECT count(*) FROM ${dumpedRelations} AS t
         WHERE kind IN ('r', 'p') AND NOT EXISTS (
           SELECT FROM pg_extension WHERE t.oid = ANY (extconfig)))::int AS tables,
       current_database()::text AS "database", current_user::text AS "user"`,
  )
  const { tables = 0, database = '', user = '' } = row ?? {}
  const obstacles = await obstaclesFor(session, user)
  if (obstacles.length > 0) throw privilegeMissing(obstacles, user)
  if (tables === 0) {
    throw new Failure('DATABASE_EMPTY', `The database '${database}' has no table.`, {
      hint: 'Check the database name in the URL: an empty database is never backed up.',
    })
  }
}

async function obstaclesFor(session: Session, user: string): Promise<Obstacle[]> {
  const queries = [unusableSchemas, unreadableRelations, filteredTables, unreadableLargeObjects]
  const found = []
  for (const query of queries) found.push(...(await session.query<Obstacle>(query)))
  const role = identifier(user)
  return found.map(({ what, remedy }) => ({ what, remedy: remedy.replaceAll('$role', role) }))
}

const unusableSchemas = `
  SELECT DISTINCT format('USAGE on schema %I', schema) AS what,
    format('GRANT USAGE ON SCHEMA %I TO $role', schema) AS remedy
  FROM ${dumpedRelations} AS relation WHERE NOT has_schema_privilege(schema, 'USAGE')
  ORDER BY 1`

const unreadableRelations = `
  SELECT format('SELECT on %s %I.%I',
      CASE kind WHEN 'S' THEN 'sequence' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
      schema, name) AS what,
    format('GRANT SELECT ON ALL %s IN SCHEMA %I TO $role',
      CASE kind WHEN 'S' THEN 'SEQUENCES' ELSE 'TABLES' END, schema) AS remedy
  FROM ${dumpedRelations} AS relation
  WHERE NOT CASE kind WHEN 'S' THEN has_sequence_privilege(oid, 'SELECT')
    ELSE has_table_privilege(oid, 'SELECT') END
  ORDER BY schema, name`

const filteredTables = `
  SELECT format('row level security of table %I.%I', schema, name) AS what,
    'ALTER ROLE $role BYPASSRLS' AS remedy
  FROM ${dumpedRelations} AS relation WHERE row_security_active(oid)
  ORDER BY schema, name`

// has_largeobject_privilege came with PostgreSQL 18: read the ACL as the server does.
const unreadableLargeObjects = `
  SELECT format('SELECT on large object %s', m.oid) AS what,
    format('GRANT SELECT ON LARGE OBJECT %s TO $role', m.oid) AS remedy
  FROM pg_largeobject_metadata AS m
  WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
    AND current_setting('lo_compat_privileges') = 'off'
    AND NOT EXISTS (
      SELECT FROM aclexplode(coalesce(m.lomacl, acldefault('L', m.lomowner))) AS acl
      WHERE acl.privilege_type = 'SELECT'
        AND (acl.grantee = 0 OR pg_has_role(acl.grantee, 'USAGE')))
  ORDER BY m.oid`

function privilegeMissing(obstacles: readonly Obstacle[], user: string): Failure {
  const list = bounded(obstacles.map(({ what }) => what)).join(', ')
  const remedies = bounded([...new Set(obstacles.map(({ remedy }) => remedy))]).join('; ')
  return new Failure(
    'PRIVILEGE_MISSING',
    `The role '${user}' cannot read everything that a backup must hold: ${list}.`,
    { hint: `Connect as the owner of the tables, or let an administrator run: ${remedies};` },
  )
}

const bounded = (list: readonly string[]): string[] =>
  list.length <= named ? [...list] : [...list.slice(0, named), `and ${list.length - named} more`]
