import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from './connection.ts'
import { openSession } from './session.ts'
import { identifier } from './sql.ts'
import type { ThrowawayCluster } from './throwaway.ts'

/**
 * A copy of a database of a throwaway cluster, for trying what changes it. Nobody may be connected.
 *
 * @param owner who owns it, and will own the copy
 */
export async function copyDatabase(
  cluster: ThrowawayCluster,
  processes: Processes,
  owner: Connection,
  name: string,
): Promise<Connection> {
  await using session = await openSession(cluster.toolchain.psql, cluster.superuser, processes)
  await session.execute(
    `CREATE DATABASE ${identifier(name)} OWNER ${identifier(owner.user)} TEMPLATE ${identifier(owner.database)}`,
  )
  return cluster.connectionFor(name, owner.user, owner.environment.PGPASSWORD)
}
