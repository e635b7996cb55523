import type { Session } from '../session.ts'
import { identifier } from '../sql.ts'
import type { RestoreLogin } from './roles.ts'

/**
 * Up to PostgreSQL 14 the schema `public` is the first superuser's and not the database owner's, so the
 * restore's login could not take the privileges on it away that the dump takes away. It becomes the
 * login's until that is done; privileges follow the owner, there and back.
 *
 * @returns gives it back, unless the dump gave it to somebody else
 */
export async function lendPublicSchema(
  session: Session,
  { name }: RestoreLogin,
): Promise<() => Promise<void>> {
  const ownerOf = `SELECT rolname::text AS owner FROM pg_namespace
    JOIN pg_roles AS r ON r.oid = nspowner WHERE nspname = 'public' AND rolname <> 'pg_database_owner'`
  const [before] = await session.query<{ owner: string }>(`${ownerOf} AND rolsuper`)
  if (before === undefined) return () => Promise.resolve()
  await session.execute(`ALTER SCHEMA public OWNER TO ${identifier(name)}`)
  return async () => {
    const [now] = await session.query<{ owner: string }>(ownerOf)
    if (now?.owner !== name) return
    await session.execute(`ALTER SCHEMA public OWNER TO ${identifier(before.owner)}`)
  }
}
