import { randomBytes } from 'node:crypto'
import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from './connection.ts'
import { makePowerlessRoles } from './restore/powerless-roles.ts'
import { openSession } from './session.ts'
import { literal } from './sql.ts'
import type { ThrowawayCluster } from './throwaway.ts'

/**
 * A login of a throwaway cluster that may make databases and has no other power. It may make no roles:
 * up to PostgreSQL 15, whoever may can grant himself to run programs. What the data names is made here.
 *
 * @param roles of an authentic fingerprint
 * @throws Failure MANIFEST_FORGED for roles that have power
 */
export async function newLogin(
  cluster: ThrowawayCluster,
  processes: Processes,
  roles: readonly string[],
): Promise<Connection> {
  const name = `person_${randomBytes(6).toString('hex')}`
  const password = randomBytes(24).toString('base64url')
  await using session = await openSession(cluster.toolchain.psql, cluster.superuser, processes)
  await makePowerlessRoles(session, roles)
  await session.execute(
    `CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD ${literal(password)}`,
  )
  return cluster.connectionFor('postgres', name, password)
}
