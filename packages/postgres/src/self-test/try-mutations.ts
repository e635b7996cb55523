import { compareFingerprints } from '../fingerprint/compare.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { takeFingerprint } from '../fingerprint/take.ts'
import type { RestoreReport } from '../restore/restore.ts'
import { openSession } from '../session.ts'
import { identifier } from '../sql.ts'
import type { ThrowawayCluster } from '../throwaway.ts'
import type { Processes } from '@recovery-playbook/processes'
import { type Mutation, type Mutations, mutationsOf } from './mutations.ts'

interface Trying {
  readonly cluster: ThrowawayCluster
  readonly processes: Processes
  readonly fingerprint: Fingerprint
  readonly jobs: number
  readonly onTried?: (name: string) => void
}

export interface Tried {
  /** Names of mutations that the comparison found. */
  readonly found: readonly string[]
  /** Names of those that it did not find: the comparison cannot be trusted then. */
  readonly missed: readonly string[]
  /** What could not be tried on this database, with the reason. */
  readonly untried: readonly string[]
}

/**
 * Damages copies of a restored database, one after the other, and compares each with the fingerprint, as
 * a drill compares. The damage is done by the login of the restore: a CHECK is evaluated again, and
 * whoever wrote it must have no more power than in the restore. Nobody may be connected to the restored database meanwhile.
 */
export async function tryMutations(
  trying: Trying,
  restored: Pick<RestoreReport, 'database' | 'owner' | 'superuser'>,
): Promise<Tried> {
  const { possible, impossible } = await lookFor(trying, restored)
  const found: string[] = []
  const missed: string[] = []
  for (const mutation of possible) {
    const wasFound = await isFound(trying, restored, mutation)
    ;(wasFound ? found : missed).push(mutation.name)
    trying.onTried?.(mutation.name)
  }
  return { found, missed, untried: impossible }
}

async function lookFor(
  { cluster, processes, fingerprint }: Trying,
  { owner, superuser }: Pick<RestoreReport, 'owner' | 'superuser'>,
): Promise<Mutations> {
  await using session = await openSession(cluster.toolchain.psql, superuser, processes)
  // Awaited before the session is closed.
  return await mutationsOf(session, fingerprint, owner.user)
}

const copy = 'restored_and_damaged'

async function isFound(
  { cluster, processes, fingerprint, jobs }: Trying,
  { database, owner }: Pick<RestoreReport, 'database' | 'owner'>,
  { sql, isNamedBy }: Mutation,
): Promise<boolean> {
  const { toolchain } = cluster
  await using maintenance = await openSession(toolchain.psql, cluster.superuser, processes)
  await maintenance.execute(
    `CREATE DATABASE ${copy} TEMPLATE ${identifier(database)} OWNER ${identifier(owner.user)}`,
  )
  try {
    const connection = cluster.connectionFor(copy)
    {
      const { user, environment } = owner
      const damaging = cluster.connectionFor(copy, user, environment.PGPASSWORD)
      await using session = await openSession(toolchain.psql, damaging, processes)
      await session.execute(sql)
    }
    const found = await takeFingerprint({ toolchain, connection, processes, sessions: jobs })
    return compareFingerprints(fingerprint, found).some(
      (difference) => difference.severity === 'failure' && isNamedBy(difference),
    )
  } finally {
    await maintenance.execute(`DROP DATABASE ${copy} WITH (FORCE)`)
  }
}
