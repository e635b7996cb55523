import { dumpedRelations } from './relations.ts'
import type { Session } from './session.ts'

/** Something beside the database that a dump of it does not hold, by its nature. */
export interface LeftOut {
  readonly kind: LeftOutKind
  /** At least 1: what does not apply to this database is not listed. */
  readonly count: number
  /** The first ten, in order. */
  readonly names: readonly string[]
  /** What is missing after a restore, and what to do about it: the end of a sentence. */
  readonly consequence: string
}

export type LeftOutKind =
  | 'roles'
  | 'tablespaces'
  | 'other databases'
  | 'extensions'
  | 'unlogged tables'
  | 'foreign tables'
  | 'user mappings'
  | 'subscriptions'
  | 'replication slots'
  | 'prepared transactions'

/**
 * What a dump of the session's database leaves out and a recovery needs all the same, for the report.
 * Every role may ask.
 *
 * @throws Failure as Session.query does
 */
export async function leftOutOfDump(session: Session): Promise<LeftOut[]> {
  const [row] = await session.query<{ superuser: boolean }>(
    'SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = current_user',
  )
  const list: LeftOut[] = []
  for (const { kind, names: query, consequence } of candidates(row?.superuser === true)) {
    const [found] = await session.query<{ count: number; names: string[] }>(
      `WITH left_out (name) AS (${query}),
         first AS (SELECT name::text FROM left_out ORDER BY name::text COLLATE "C" LIMIT 10)
       SELECT (SELECT count(*)::int FROM left_out) AS count,
         (SELECT coalesce(json_agg(name), '[]') FROM first) AS names`,
    )
    if (found !== undefined && found.count > 0) list.push({ kind, ...found, consequence })
  }
  return list
}

/** As one line: `2 roles (app, reader): …`. */
export function leftOutInWords({ kind, count, names, consequence }: LeftOut): string {
  const more = count > names.length ? `, and ${count - names.length} more` : ''
  const noun = count === 1 ? kind.replace(/s$/, '') : kind
  return `${count} ${noun} (${names.join(', ')}${more}): ${consequence}.`
}

interface Candidate {
  readonly kind: LeftOutKind
  /** A query of one column. */
  readonly names: string
  readonly consequence: string
}

const here = '(SELECT oid FROM pg_database WHERE datname = current_database())'

const candidates = (superuser: boolean): readonly Candidate[] => [
  {
    kind: 'roles',
    names: `SELECT DISTINCT r.rolname FROM pg_shdepend AS d JOIN pg_roles AS r ON r.oid = d.refobjid
      WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname !~ '^pg_'
        AND (d.dbid = ${here} OR (d.classid = 'pg_database'::regclass AND d.objid = ${here}))`,
    consequence:
      'the dump names them as owners or grantees and does not hold them; globals.sql makes them ' +
      'again, with their memberships and settings and without their passwords',
  },
  {
    kind: 'tablespaces',
    names: `SELECT spcname FROM pg_tablespace AS t WHERE spcname !~ '^pg_' AND (
      EXISTS (SELECT FROM pg_class AS c WHERE c.reltablespace = t.oid)
      OR EXISTS (SELECT FROM pg_database AS d WHERE d.oid = ${here} AND d.dattablespace = t.oid))`,
    consequence: 'the dump names them; create them before a restore, or restore without them',
  },
  {
    kind: 'other databases',
    // Every server has a database `postgres`, and nearly none has anything in it.
    names: `SELECT datname FROM pg_database
      WHERE NOT datistemplate AND datallowconn AND datname NOT IN (current_database(), 'postgres')`,
    consequence: 'on the same server; each needs an export of its own',
  },
  {
    kind: 'extensions',
    names: `SELECT extname || ' ' || extversion FROM pg_extension WHERE extname <> 'plpgsql'`,
    consequence: 'the dump names them; their program files have to be on the new server',
  },
  {
    kind: 'unlogged tables',
    names: `SELECT format('%I.%I', schema, name) FROM ${dumpedRelations()} AS relation
      WHERE persistence = 'u' AND kind = 'r'`,
    consequence:
      'PostgreSQL empties them after a crash and on a standby, so that a dump made after that ' +
      'holds nothing of them',
  },
  {
    kind: 'foreign tables',
    names: `SELECT format('%I.%I', n.nspname, c.relname)
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.relkind = 'f'`,
    consequence: 'the dump holds their definition; their rows are on the foreign server',
  },
  {
    kind: 'user mappings',
    // A superuser's dump holds their options. The view hides them from others, or there are none.
    names: `SELECT format('%s for %s', srvname, usename) FROM pg_user_mappings
      WHERE umoptions IS NULL AND NOT ${superuser}`,
    consequence: "the dump holds them without their options: the foreign servers' passwords",
  },
  {
    kind: 'subscriptions',
    names: `SELECT subname FROM pg_subscription WHERE subdbid = ${here}`,
    consequence: superuser
      ? 'restored switched off and without their slot at the publisher: enable and refresh them'
      : 'pg_dump leaves them out for everybody but a superuser; create them again',
  },
  {
    kind: 'replication slots',
    names: `SELECT slot_name FROM pg_replication_slots
      WHERE database = current_database() AND NOT temporary`,
    consequence: 'what reads from them has to begin anew after a restore',
  },
  {
    kind: 'prepared transactions',
    names: `SELECT gid FROM pg_prepared_xacts WHERE database = current_database()`,
    consequence: 'what they changed is not committed, and is not in the dump',
  },
]
