import { Failure } from '@recovery-playbook/failure'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { powerOfRoles } from '../restore/powerless-roles.ts'
import type { Server } from '../server.ts'
import type { Session } from '../session.ts'

/** A real database that is to be restored into. */
export interface Target {
  readonly server: Server
  /** Roles that own or may something in the recovery point, and that the target lacks. */
  readonly missingRoles: readonly string[]
  /** Extensions that the target has no files of. */
  readonly missingExtensions: readonly string[]
  /** Whether objects go back to their owners: the target's role has to be a member of each. */
  readonly keepsOwners: boolean
  /** Roles of the recovery point that have power on this server: nothing of a dump may act as one. */
  readonly powerfulRoles: readonly string[]
}

/**
 * Looks, and changes nothing.
 *
 * @throws Failure TARGET_REFUSED for one that holds something, or is the source itself
 */
export async function inspectTarget(
  session: Session,
  server: Server,
  fingerprint: Fingerprint,
): Promise<Target> {
  refuseSource(server, fingerprint)
  await refuseContent(session, server)
  const roles = await session.query<{ name: string; member: boolean }>(
    `SELECT rolname::text AS name, pg_has_role(current_user, oid, 'MEMBER') AS member FROM pg_roles`,
  )
  const known = new Map(roles.map(({ name, member }) => [name, member]))
  const available = await session.query<{ name: string }>(
    'SELECT name::text FROM pg_available_extensions',
  )
  const power = await powerOfRoles(session)
  const names = new Set(available.map(({ name }) => name))
  return {
    server,
    missingRoles: fingerprint.roles.filter((role) => !known.has(role)),
    missingExtensions: fingerprint.extensions
      .map(({ name }) => name)
      .filter((name) => !names.has(name)),
    // A superuser makes those that are missing, and may become any of them.
    powerfulRoles: fingerprint.roles.filter((role) => power.get(role) === true),
    keepsOwners: fingerprint.roles.every((role) => known.get(role) ?? server.superuser),
  }
}

function refuseSource(server: Server, { server: source }: Fingerprint): void {
  const known = source.systemIdentifier
  if (known == null || server.systemIdentifier === null) return
  if (known !== server.systemIdentifier || source.database !== server.database) return
  throw new Failure(
    'TARGET_REFUSED',
    `The target is the database '${server.database}' that this recovery point was made of.`,
    { hint: 'Make a new, empty database, and name that in `target-url`. Nothing was changed.' },
  )
}

/** What an extension brought is not somebody's data. */
async function refuseContent(session: Session, { database }: Server): Promise<void> {
  const found = await session.query<{ name: string }>(`
    SELECT format('%I.%I', nspname, relname) AS name
      FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
    UNION ALL
    SELECT format('function %I.%I', nspname, proname)
      FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = pronamespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
    UNION ALL
    SELECT format('type %I.%I', nspname, typname)
      FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = typnamespace
      WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND typtype IN ('e', 'd', 'r')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = t.oid AND deptype = 'e')
    UNION ALL
    SELECT format('large object %s', oid) FROM pg_largeobject_metadata
    LIMIT 6`)
  if (found.length === 0) return
  const names = found.slice(0, 5).map(({ name }) => name)
  throw new Failure(
    'TARGET_REFUSED',
    `The database '${database}' is not empty: it holds ${names.join(', ')}${found.length > 5 ? ' and more' : ''}.`,
    { hint: 'Make a new, empty database, and name that in `target-url`. Nothing was changed.' },
  )
}
