import type { Session } from './session.ts'
import { identifier } from './sql.ts'

/** More would only make a record large. */
const mostApplications = 100

/**
 * The newest migration of each Django application, `app.name`: what was applied last, as the table
 * `django_migrations` has it. Empty where there is no such table, or more than one.
 *
 * @throws Failure as Session.query does
 */
export async function newestMigrations(session: Session): Promise<string[]> {
  const [table, another] = await session.query<{ schema: string }>(
    `SELECT n.nspname::text AS "schema"
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE c.relname = 'django_migrations' AND c.relkind = 'r'
       AND (SELECT count(*) FROM pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attname IN ('id', 'app', 'name')) = 3
       AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')`,
  )
  if (table === undefined || another !== undefined) return []
  const newest = await session.query<{ migration: string }>(
    `SELECT DISTINCT ON (app) app::text || '.' || name::text AS "migration"
     FROM ${identifier(table.schema)}.django_migrations
     ORDER BY app, id DESC LIMIT ${mostApplications}`,
  )
  return newest.map(({ migration }) => migration)
}
