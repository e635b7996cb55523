import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from './connection.ts'
import { openSession, type Session } from './session.ts'

/** A foreign key, looked at again. */
export interface ForeignKey {
  readonly table: string
  readonly name: string
  /** Whether the dump says that it holds; a NOT VALID one may have been broken before. */
  readonly validated: boolean
  /** Rows that point at nothing, as a decimal string; undefined where they cannot be counted. */
  readonly orphans: string | undefined
}

/**
 * Counts the rows of every foreign key that point at nothing, by its own equality operators.
 *
 * @param owner of the database, and no superuser: a cast of the owner's may be called
 */
export async function checkForeignKeys(
  psql: string,
  owner: Connection,
  processes: Processes,
): Promise<ForeignKey[]> {
  const checked: ForeignKey[] = []
  const unknown = await keysIn(psql, owner, processes)
  // An error, of privileges or of a row security that is forced, ends a session, and no more than it.
  while (unknown.length > 0) {
    await using session = await openSession(psql, owner, processes)
    await count(session, unknown, checked)
  }
  return checked
}

type Unknown = Omit<ForeignKey, 'orphans'> & { readonly query: string }

async function count(session: Session, unknown: Unknown[], checked: ForeignKey[]): Promise<void> {
  for (let key = unknown.shift(); key !== undefined; key = unknown.shift()) {
    const { query, ...named } = key
    const answer = await session.query<{ orphans: string }>(query).catch(() => undefined)
    checked.push({ ...named, orphans: answer?.[0]?.orphans })
    if (answer === undefined) return
  }
}

async function keysIn(psql: string, owner: Connection, processes: Processes): Promise<Unknown[]> {
  await using session = await openSession(psql, owner, processes)
  return await session.query<Unknown>(`
    SELECT format('%I.%I', n.nspname, c.relname) AS "table", con.conname::text AS name,
      con.convalidated AS validated,
      format('SELECT count(*)::text AS orphans FROM %s AS child WHERE %s AND NOT EXISTS '
          '(SELECT FROM %s AS parent WHERE %s)',
        con.conrelid::regclass, string_agg(format('child.%I IS NOT NULL', child.attname), ' AND '),
        con.confrelid::regclass, string_agg(format('parent.%I OPERATOR(%I.%s) child.%I',
          parent.attname, home.nspname, op.oprname, child.attname), ' AND ')) AS query
    FROM pg_constraint AS con
    JOIN pg_class AS c ON c.oid = con.conrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL unnest(con.conkey, con.confkey, con.conpfeqop) AS k (child, parent, operator)
    JOIN pg_attribute AS child ON child.attrelid = con.conrelid AND child.attnum = k.child
    JOIN pg_attribute AS parent ON parent.attrelid = con.confrelid AND parent.attnum = k.parent
    JOIN pg_operator AS op ON op.oid = k.operator
    JOIN pg_namespace AS home ON home.oid = op.oprnamespace
    WHERE con.contype = 'f' AND con.conparentid = 0
      -- Of PostgreSQL 18: over periods, and not enforced.
      AND coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'false'
      AND coalesce(to_jsonb(con) ->> 'conenforced', 'true') = 'true'
    GROUP BY con.oid, con.conname, con.convalidated, con.conrelid, con.confrelid, n.nspname, c.relname
    ORDER BY 1, 2`)
}
