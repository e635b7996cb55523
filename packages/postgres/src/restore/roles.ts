import { randomBytes } from 'node:crypto'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import type { Session } from '../session.ts'
import { identifier, literal } from '../sql.ts'
import { makePowerlessRoles } from './powerless-roles.ts'

/** Who a restore runs as. */
export interface RestoreLogin {
  readonly name: string
  readonly password: string
  /**
   * A role through which every owner may create in every schema, and read every table, while the restore
   * goes on: objects change hands before the privileges of their owners are restored, and whoever was a
   * superuser there, and owns a materialized view, is none here.
   */
  readonly helper: string
}

/**
 * Makes the fingerprint's roles, which cannot log in, and a login that is a member of them all and
 * no superuser: what a dump's owner wrote into a CHECK or a trigger then runs without power.
 *
 * @param sparing on a server with other databases: no owner may read more than before, not even meanwhile
 * @throws Failure MANIFEST_FORGED for roles that would give it power
 */
export async function makeRoles(
  session: Session,
  fingerprint: Pick<Fingerprint, 'roles'>,
  sparing = false,
): Promise<RestoreLogin> {
  const suffix = randomBytes(6).toString('hex')
  const login = {
    name: `restore_${suffix}`,
    password: randomBytes(24).toString('base64url'),
    helper: `restoring_${suffix}`,
  }
  await makePowerlessRoles(session, fingerprint.roles)
  const roles = fingerprint.roles.map(identifier)
  await session.execute(
    [
      `CREATE ROLE ${login.helper} NOLOGIN`,
      `CREATE ROLE ${login.name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION ` +
        `NOBYPASSRLS PASSWORD ${literal(login.password)}`,
      `GRANT ${[...roles, login.helper].join(', ')} TO ${login.name}`,
      ...(roles.length > 0 ? [`GRANT ${login.helper} TO ${roles.join(', ')}`] : []),
      `GRANT pg_read_all_data TO ${sparing ? login.name : login.helper}`,
    ].join(';\n'),
  )
  return login
}

/** To be called in the restored database, once its schemas and extensions are there. */
export async function openSchemas(session: Session, { helper }: RestoreLogin): Promise<void> {
  const grants = await session.query<{ statement: string }>(`
    SELECT format('GRANT USAGE, CREATE ON SCHEMA %I TO ${helper}', nspname) AS statement
    FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    UNION ALL
    SELECT format('GRANT USAGE ON FOREIGN DATA WRAPPER %I TO ${helper}', fdwname)
    FROM pg_foreign_data_wrapper
    UNION ALL
    SELECT format('GRANT CREATE ON DATABASE %I TO ${helper}', current_database())`)
  await session.execute(grants.map(({ statement }) => statement).join(';\n'))
}

/** Takes back what `openSchemas` gave: the privileges are those of the dump, and no others. */
export const closeSchemas = (session: Session, { helper }: RestoreLogin): Promise<void> =>
  session.execute(`DROP OWNED BY ${helper}; DROP ROLE ${helper}`)
