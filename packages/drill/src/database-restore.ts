import type { Isolation } from '@recovery-playbook/isolation'
import { taggedCommit } from '@recovery-playbook/code-bundle'
import {
  analyze,
  checkIndexes,
  compareFingerprints,
  findDifferingRows,
  restoreDatabase,
  provideToolchain,
  startThrowaway,
  takeFingerprint,
  type ThrowawayCluster,
} from '@recovery-playbook/postgres'
import { drillApplication } from './application/drill-application.ts'
import type { Findings } from './application/order.ts'
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
import { report } from './report.ts'
import { progressOf } from './progress.ts'
import { judgeKeys } from './held-keys.ts'
import { judgeIndexes } from './indexes.ts'
import { isolate, isolatedBy } from './isolated.ts'
import { judgeLeftOut, judgeSameData } from './same-data.ts'
import { goingBack, judgeScenario, notUp, scenarioPlan, timeBack } from './scenario-checks.ts'
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
  'indexes',
  'left out',
  'recovery time',
  'data loss',
  'age',
  'keys',
  'volume',
] as const

type CheckName = (typeof plan)[number] | 'self-test' | 'backup tag'

/** Keys of rows named for each table, where they are asked for. */
const shownKeys = 20

/**
 * Takes a recovery point, restores it into a throwaway cluster, shows that the data is the same, and
 * judges time and data loss. Every error becomes the state of the check that it ended.
 */
export async function drillDatabaseRestore(drill: Drill): Promise<DrillReport> {
  const watch = stopwatch(drill)
  const list = checklist([
    ...plan,
    ...scenarioPlan(drill),
    ...(drill.stranger === undefined ? [] : ['self-test']),
  ])
  const jobs = drill.machine.cpus
  let point: RecoveryPoint | undefined
  let figures: Figures | undefined
  let recoveryTime: number | undefined

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

    for (const check of judgeScenario(drill)) list.settle(check)
    await list.during('opened', () => assertRoom(manifest, drill))
    const isolation = await isolate(drill, list)
    const application = await prepare(found, isolation)

    await using server = meanwhile(startServer(manifest.postgres.major, isolation))
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
    let aside = 0
    const { stranger } = drill
    if (stranger !== undefined) {
      // Before an application changes what it copies; nobody would do it in a disaster.
      const began = watch.elapsed()
      const tried = await phase('self-test', 'Damage copies, and look whether it is found', () =>
        testProver(found, restored, { ...drill, ...order, stranger }),
      )
      list.settle(judgeSelfTest(tried))
      aside = watch.elapsed() - began
    }
    const ready = (isUp: boolean) => {
      if (!isUp) {
        list.settle(notUp)
        return
      }
      recoveryTime =
        drill.scenario === 'code-rollback' ? timeBack(watch.phases) : watch.elapsed() - aside
      const goal =
        application &&
        (drill.scenario === 'code-rollback'
          ? 'the older code at work'
          : 'the application at work on data shown to be the same')
      list.settle(judgeRecoveryTime(drill.guarantee, recoveryTime, goal))
    }
    if (application === undefined) ready(true)
    else await application.prove(cluster, restored, ready)
    const indexes = await phase('indexes', 'Look into the indexes', () =>
      checkIndexes({ ...restored, ...drill, toolchain: cluster.toolchain, sessions: jobs }),
    )
    list.settle(judgeIndexes(indexes))
    const keys = await phase('keys', 'Try what is held on the earlier recovery points', () =>
      judgeKeys(drill.store, drill.subject, drill.opener),
    )
    list.settle(keys)
    const earlier = await phase('volume', 'Compare with the last that was proved', () =>
      lastProved(drill, found).then((proved) => proved ?? noneProved, notOpened),
    )
    list.settle(judgeVolume(fingerprint, earlier, drill.maxShrink))
  }

  async function prepare(point: RecoveryPoint, isolation: Isolation) {
    if (drill.application === undefined) return undefined
    const findings: Findings = {
      settle: (check) => {
        list.settle(check)
      },
      phase: (title, work) => watch.phase(title, work),
    }
    const preparing = { ...drill.application, drill, point, isolation }
    if (drill.scenario !== 'code-rollback') return drillApplication(preparing, findings)
    const git = { ...drill, home: drill.directory }
    const { tag, commit } = await phase('backup tag', 'Find the backup tag', () =>
      taggedCommit(git, preparing.workspace, drill.backupTag),
    )
    list.proved('backup tag', `${tag} leads to ${commit}.`)
    return drillApplication({ ...preparing, commit }, findings)
  }

  async function startServer(major: number, isolation: Isolation): Promise<ThrowawayCluster> {
    const { toolchain, reason } = await provideToolchain({ ...drill, major, need: 'server' })
    drill.info(reason)
    const isolated = isolatedBy(isolation, drill.processes)
    return startThrowaway({ ...drill, toolchain, isolated, parentDirectory: drill.directory })
  }

  function judgePoint({ manifest }: RecoveryPoint): void {
    if (drill.scenario === 'code-rollback') {
      for (const name of ['data loss', 'age']) list.settle({ name, ...goingBack })
      return
    }
    const { snapshotAt, previous } = manifest
    const wasNamed = drill.recoveryPoint !== ''
    list.settle(judgeAge(drill.guarantee, snapshotAt, drill.clock.now(), wasNamed))
    list.settle(judgeDataLoss(drill.guarantee, snapshotAt, previous, drill.schedules))
  }

  await recover().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  return report({
    scenario: drill.scenario,
    verdict,
    checks,
    watch,
    point,
    figures,
    recoveryTime,
    order: drill,
  })
}

const rolesInWords = ({ members }: RecoveryPoint['manifest']) =>
  members.some(({ name }) => name === 'globals.sql')
    ? ' globals.sql makes every role that the data names.'
    : ''
