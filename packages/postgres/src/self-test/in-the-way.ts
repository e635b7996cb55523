import type { Session } from '../session.ts'
import { literal } from '../sql.ts'

/**
 * Statements with which the owner of a table, who is no superuser, clears the way for damage: triggers,
 * rules and row level security are silenced, foreign keys of and to it are gone. The copy is thrown away.
 *
 * @param table quoted
 */
export const silencing = (session: Session, table: string): Promise<string[]> =>
  statements(
    session,
    `SELECT format('ALTER TABLE ONLY %s DISABLE TRIGGER USER', ${literal(table)})
    UNION ALL
    SELECT format('ALTER TABLE ONLY %s NO FORCE ROW LEVEL SECURITY', ${literal(table)})
    UNION ALL
    SELECT format('ALTER TABLE %s DISABLE RULE %I', ${literal(table)}, rulename)
    FROM pg_rewrite WHERE ev_class = ${literal(table)}::regclass
    UNION ALL
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
    FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0
      AND ${literal(table)}::regclass IN (conrelid, confrelid)`,
  )

/** The same for keys, which would refuse what a broken restore may leave behind. */
export const withoutKeys = (session: Session, table: string): Promise<string[]> =>
  statements(
    session,
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', ${literal(table)}, conname)
    FROM pg_constraint
    WHERE conrelid = ${literal(table)}::regclass AND contype IN ('p', 'u', 'x')
    UNION ALL
    SELECT format('DROP INDEX %s', indexrelid::regclass)
    FROM pg_index AS i
    WHERE indrelid = ${literal(table)}::regclass AND indisunique
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))`,
  )

async function statements(session: Session, query: string): Promise<string[]> {
  const found = await session.query<{ sql: string }>(`SELECT * FROM (${query}) AS found (sql)`)
  return found.map(({ sql }) => `${sql};\n`)
}
