import {
  analyze,
  compareFingerprints,
  findDifferingRows,
  restoreDatabase,
  provideToolchain,
  startThrowaway,
  takeFingerprint,
  type ThrowawayCluster,
} from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'
import { checklist, DrillEnded } from './checklist.ts'
import type { Drill, DrillReport } from './drill.ts'
import { type Figures, figuresOf } from './figures.ts'
import { findRecoveryPoint, type RecoveryPoint } from './find-recovery-point.ts'
import { assertRoom } from './free-disk.ts'
import { blamingFullDisk } from './full-disk.ts'
import { judgeAge, judgeDataLoss, judgeRecoveryTime } from './guarantees.ts'
import { lastProved } from './last-proved.ts'
import { openMembers } from './open-members.ts'
import { meanwhile } from './meanwhile.ts'
import { completeInWords } from './partial.ts'
import { stopwatch } from './phases.ts'
import { progressOf } from './progress.ts'
import { judgeKeys } from './held-keys.ts'
import { isolate } from './isolated.ts'
import { judgeLeftOut, judgeSameData } from './same-data.ts'
import { judgeSelfTest } from './self-test.ts'
import { checkSignature, noSigner } from './signature.ts'
import { testProver } from './test-prover.ts'
import { tablesToTell, toldInWords } from './told-rows.ts'
import { judgeVolume, noneProved, notOpened } from './volume.ts'
import { verdictOf } from './verdict.ts'

const plan = [
  'recovery point',
  'signature',
  'opened',
  'isolated',
  'restored',
  'same data',
  'left out',
  'recovery time',
  'data loss',
  'age',
  'keys',
  'volume',
] as const

type CheckName = (typeof plan)[number] | 'self-test'

/** Keys of rows named for each table, where they are asked for. */
const shownKeys = 20

/**
 * Takes a recovery point, restores it into a throwaway cluster, shows that the data is the same, and
 * judges time and data loss. Every error becomes the state of the check that it ended.
 */
export async function drillDatabaseRestore(drill: Drill): Promise<DrillReport> {
  const watch = stopwatch(drill)
  const list = checklist(drill.stranger === undefined ? plan : [...plan, 'self-test'])
  const jobs = drill.machine.cpus
  let point: RecoveryPoint | undefined
  let figures: Figures | undefined

  const phase = <T>(check: CheckName, title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, () => blamingFullDisk(drill.directory, work)))

  async function recover(): Promise<void> {
    const found = await phase('recovery point', 'Find the recovery point', () =>
      findRecoveryPoint(drill.store, drill.subject, drill.recoveryPoint),
    )
    point = found
    const { manifest } = found
    drill.info(`${manifest.tag}, snapshot of ${manifest.snapshotAt}`)
    list.proved('recovery point', completeInWords(manifest))
    judgePoint(found)
    const { verifySignature } = drill
    if (verifySignature === undefined) list.settle(noSigner(manifest))
    else {
      const signed = await phase('signature', 'Check the signature', () =>
        checkSignature(found, verifySignature),
      )
      list.proved('signature', signed)
    }

    await list.during('opened', () => assertRoom(manifest, drill))
    const isolated = await isolate(drill, list)
    await using server = meanwhile(startServer(manifest.postgres.major, isolated))
    const { archive, fingerprint } = await phase('opened', 'Download, check and open', () =>
      openMembers(found, { ...drill, jobs }),
    )
    figures = figuresOf(manifest, fingerprint)
    list.proved(
      'opened',
      `${figures.parts} parts have the right digest and open.${rolesInWords(manifest)}`,
    )

    const cluster = await phase('restored', 'Start a throwaway PostgreSQL', () => server.ready())
    const order = { ...drill, jobs, cluster, archive, fingerprint, installer: drill }
    const restored = await phase('restored', 'Restore', () => restoreDatabase(order))
    const prepared = restored.prepared.join(', ') || 'nothing'
    list.proved(
      'restored',
      `by ${cluster.toolchain.pgRestore} without an error. Prepared by the drill: ${prepared}.`,
    )

    const came = await phase(
      'same data',
      'Compare with the fingerprint of the snapshot',
      async () => {
        const analyzed = analyze(order, restored.owner)
        const taken = takeFingerprint({
          toolchain: cluster.toolchain,
          connection: restored.superuser,
          processes: drill.processes,
          sessions: jobs,
          onProgress: progressOf('Hashed', drill.info),
        })
        const [fingerprint] = await Promise.all([taken, analyzed])
        return fingerprint
      },
    )
    const differences = compareFingerprints(fingerprint, came)
    list.settle(judgeSameData(differences, figures, fingerprint.leftOut))
    const differing = tablesToTell(differences, fingerprint)
    if (differing.length > 0) {
      const told = await phase('same data', 'Restore what differs once more', () =>
        findDifferingRows(order, restored, differing, drill.showKeys ? shownKeys : 0),
      )
      const rows = toldInWords(told)
      list.settle(judgeSameData(differences, figures, fingerprint.leftOut, rows))
    }
    list.settle(judgeLeftOut(differences, restored.warnings, fingerprint.leftOut))
    list.settle(judgeRecoveryTime(drill.guarantee, watch.elapsed()))
    const keys = await phase('keys', 'Try what is held on the earlier recovery points', () =>
      judgeKeys(drill.store, drill.subject, drill.opener),
    )
    list.settle(keys)
    const earlier = await phase('volume', 'Compare with the last that was proved', () =>
      lastProved(drill, found).then((proved) => proved ?? noneProved, notOpened),
    )
    list.settle(judgeVolume(fingerprint, earlier, drill.maxShrink))
    const { stranger } = drill
    if (stranger === undefined) return
    const tried = await phase('self-test', 'Damage copies, and look whether it is found', () =>
      testProver(found, restored, { ...drill, ...order, stranger }),
    )
    list.settle(judgeSelfTest(tried))
  }

  async function startServer(major: number, isolated: Processes): Promise<ThrowawayCluster> {
    const { toolchain, reason } = await provideToolchain({ ...drill, major, need: 'server' })
    drill.info(reason)
    return startThrowaway({ ...drill, toolchain, isolated, parentDirectory: drill.directory })
  }

  function judgePoint({ manifest }: RecoveryPoint): void {
    const { snapshotAt, previous } = manifest
    const wasNamed = drill.recoveryPoint !== ''
    list.settle(judgeAge(drill.guarantee, snapshotAt, drill.clock.now(), wasNamed))
    list.settle(judgeDataLoss(drill.guarantee, snapshotAt, previous))
  }

  await recover().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  return { verdict, checks, phases: watch.phases, elapsed: watch.elapsed(), point, figures }
}

const rolesInWords = ({ members }: RecoveryPoint['manifest']) =>
  members.some(({ name }) => name === 'globals.sql')
    ? ' globals.sql makes every role that the data names.'
    : ''
