import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PartOpener } from '@recovery-playbook/archive'
import {
  type Fingerprint,
  type RestoreReport,
  type ThrowawayCluster,
  type Tried,
  tryMutations,
} from '@recovery-playbook/postgres'
import type { Drill } from './drill.ts'
import type { RecoveryPoint } from './find-recovery-point.ts'
import { judgeAge } from './guarantees.ts'
import { openMembers } from './open-members.ts'
import { tryDamages } from './self-test.ts'

interface Testing extends Drill {
  readonly stranger: PartOpener
  readonly cluster: ThrowawayCluster
  readonly fingerprint: Fingerprint
  readonly jobs: number
}

/** Damages copies of the recovery point, then of the restored database; the originals stay as they are. */
export async function testProver(
  point: RecoveryPoint,
  restored: RestoreReport,
  testing: Testing,
): Promise<Tried[]> {
  const open = async (damaged: RecoveryPoint, opener: PartOpener = testing.opener) => {
    const directory = await mkdtemp(join(testing.directory, 'damaged-'))
    try {
      await openMembers(damaged, { ...testing, opener, directory, info: () => undefined })
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
  const onTried = (name: string) => {
    testing.info(`tried: ${name}`)
  }
  return [
    await tryDamages(point, open, testing.stranger),
    tryAge(point, testing),
    await tryMutations({ ...testing, onTried }, restored),
  ]
}

function tryAge({ manifest }: RecoveryPoint, { guarantee }: Drill): Tried {
  const late = new Date(Date.parse(manifest.snapshotAt) + guarantee.dataLoss + 60_000)
  const { state } = judgeAge(guarantee, manifest.snapshotAt, late, false)
  const name = 'a stale recovery point'
  return state === 'FAILED'
    ? { found: [name], missed: [], untried: [] }
    : { found: [], missed: [name], untried: [] }
}
