import { randomBytes } from 'node:crypto'
import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from './connection.ts'
import { openSession } from './session.ts'
import { literal } from './sql.ts'
import type { ThrowawayCluster } from './throwaway.ts'

/**
 * A login of a throwaway cluster that is no superuser.
 *
 * @param attributes what it may do: `CREATEDB CREATEROLE`
 */
export async function newLogin(
  cluster: ThrowawayCluster,
  processes: Processes,
  attributes: string,
): Promise<Connection> {
  const name = `person_${randomBytes(6).toString('hex')}`
  const password = randomBytes(24).toString('base64url')
  await using session = await openSession(cluster.toolchain.psql, cluster.superuser, processes)
  await session.execute(
    `CREATE ROLE ${name} LOGIN NOSUPERUSER ${attributes} PASSWORD ${literal(password)}`,
  )
  return cluster.connectionFor('postgres', name, password)
}
