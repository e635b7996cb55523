import { Failure } from '@recovery-playbook/failure'
import type { Session } from '../session.ts'
import { identifier } from '../sql.ts'

/**
 * Makes roles that cannot log in and have no power; what is there already stays as it is.
 *
 * @param roles of a fingerprint, which somebody may have forged who holds a public key alone
 * @throws Failure MANIFEST_FORGED for a role of PostgreSQL's own, and for one that has power here: a
 *   login that became a member of it would have that power
 */
export async function makePowerlessRoles(
  session: Session,
  roles: readonly string[],
): Promise<void> {
  const known = await powerOfRoles(session)
  const refused = roles.filter((role) => role.startsWith('pg_') || known.get(role) === true)
  if (refused.length > 0) throw powerful(refused)
  const missing = roles.filter((role) => !known.has(role))
  if (missing.length === 0) return
  await session.execute(
    missing.map((role) => `CREATE ROLE ${identifier(role)} NOLOGIN`).join(';\n'),
  )
}

/**
 * Every role of a server, and whether it has power over more than what it owns: as an attribute, or as a
 * member of a role of PostgreSQL's own, but for the one that reads what is in the database anyway.
 */
export async function powerOfRoles(session: Session): Promise<ReadonlyMap<string, boolean>> {
  const roles = await session.query<{ name: string; power: boolean }>(
    `SELECT rolname::text AS name,
      rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR EXISTS (
        SELECT FROM pg_roles AS other
        WHERE other.rolname ~ '^pg_' AND other.rolname NOT IN ('pg_database_owner', 'pg_read_all_data')
          AND pg_has_role(r.oid, other.oid, 'MEMBER')) AS power
    FROM pg_roles AS r`,
  )
  return new Map(roles.map(({ name, power }) => [name, power]))
}

const powerful = (roles: readonly string[]) =>
  new Failure(
    'MANIFEST_FORGED',
    `The recovery point wants its data to belong to roles that have power over a server: ${roles.join(', ')}.`,
    {
      hint: 'No export of ours names them. Find out who made it; name `signers` where it is sealed for public keys alone.',
    },
  )
