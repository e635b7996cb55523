import { randomBytes } from 'node:crypto'
import { makeRoles, type RestoreLogin } from '../restore/roles.ts'
import { identifier, literal } from '../sql.ts'
import type { Target } from './inspect-target.ts'
import type { Administer } from './without-power.ts'

/** A login for one restore into a real server. */
export interface LentLogin {
  readonly login: RestoreLogin
  /** Keeps what the login owns now for a role that has power: the login may use it, and not become it. */
  setAside(role: string): Promise<void>
  /** Gives everything to whom it belongs, and drops every role that was made for the restore. */
  takeBack(): Promise<void>
}

/** Not longer than a restore, on a server with other databases: nobody else's privileges change. */
export async function lendLogin(
  administer: Administer,
  { server, powerfulRoles }: Pick<Target, 'server' | 'powerfulRoles'>,
  roles: readonly string[],
): Promise<LentLogin> {
  const owner = await administer(async (session) => {
    const [found] = await session.query<{ owner: string }>(
      'SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = current_database()',
    )
    return identifier(found?.owner ?? server.user)
  })
  const ordinary = roles.filter((role) => !powerfulRoles.includes(role))
  const suffix = randomBytes(6).toString('hex')
  const holder = `holding_${suffix}`
  const standIns = new Map(powerfulRoles.map((role, n) => [role, `standing_in_${n}_${suffix}`]))
  const login = await administer((session) => makeRoles(session, { roles: ordinary }, true))
  const made = [login.name, login.helper, holder, ...standIns.values()]
  const takeBack = () => takeBackFrom(administer, made, standIns, owner)

  // Who owns the database is a member of pg_database_owner, to whom `public` belongs.
  const others = [holder, ...standIns.values()]
  const may = [login.helper, 'pg_read_all_data', ...ordinary.map(identifier)].join(', ')
  const statements = [
    ...others.map((role) => `CREATE ROLE ${role} NOLOGIN`),
    `GRANT ${others.join(', ')} TO ${login.name}`,
    ...[...standIns.values()].map((role) => `GRANT ${may} TO ${role}`),
    `ALTER DATABASE ${identifier(server.database)} OWNER TO ${holder}`,
  ]
  try {
    await administer((session) => session.execute(statements.join(';\n')))
  } catch (error) {
    await takeBack().catch(() => undefined)
    throw error
  }
  return {
    login,
    takeBack,
    setAside: (role) =>
      administer((session) =>
        session.execute(`REASSIGN OWNED BY ${login.name} TO ${standIns.get(role) ?? holder}`),
      ),
  }
}

async function takeBackFrom(
  administer: Administer,
  made: readonly string[],
  standIns: ReadonlyMap<string, string>,
  owner: string,
): Promise<void> {
  const belongs = new Map([...standIns].map(([role, standIn]) => [standIn, identifier(role)]))
  await administer(async (session) => {
    const there = await session.query<{ name: string }>(
      `SELECT rolname::text AS name FROM pg_roles WHERE rolname IN (${made.map(literal).join(', ')})`,
    )
    // The helper owns nothing, and is gone after a restore that went well.
    const names = there.map(({ name }) => name)
    await session.execute(
      [
        ...names.map((name) => `REASSIGN OWNED BY ${name} TO ${belongs.get(name) ?? owner}`),
        ...names.map((name) => `DROP OWNED BY ${name}`),
        ...names.map((name) => `DROP ROLE ${name}`),
      ].join(';\n'),
    )
  })
}
