import type { PartOpener } from '@recovery-playbook/archive'
import { findIsolation } from '@recovery-playbook/isolation'
import type { Guarantee } from '@recovery-playbook/playbook'
import {
  analyze,
  compareFingerprints,
  findDifferingRows,
  type Machine,
  restoreDatabase,
  provideToolchain,
  startThrowaway,
  takeFingerprint,
  type ThrowawayCluster,
} from '@recovery-playbook/postgres'
import type { Identity, Processes } from '@recovery-playbook/processes'
import type { Proof } from '@recovery-playbook/recovery-log'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import { checklist, DrillEnded } from './checklist.ts'
import { type Figures, figuresOf } from './figures.ts'
import { findRecoveryPoint, type RecoveryPoint, type Subject } from './find-recovery-point.ts'
import { assertRoom } from './free-disk.ts'
import { blamingFullDisk } from './full-disk.ts'
import { judgeAge, judgeDataLoss, judgeRecoveryTime } from './guarantees.ts'
import { lastProved } from './last-proved.ts'
import { openMembers } from './open-members.ts'
import { meanwhile } from './meanwhile.ts'
import { completeInWords } from './partial.ts'
import { type Phase, stopwatch } from './phases.ts'
import { progressOf } from './progress.ts'
import { judgeKeys } from './held-keys.ts'
import { isolatedBy, judgeIsolation } from './isolated.ts'
import { judgeLeftOut, judgeSameData } from './same-data.ts'
import { checkSignature, noSigner, type VerifySignature } from './signature.ts'
import { tablesToTell, toldInWords } from './told-rows.ts'
import { judgeVolume, noneProved, notOpened } from './volume.ts'
import { type Check, type State, verdictOf } from './verdict.ts'

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

/** Keys of rows named for each table, where they are asked for. */
const shownKeys = 20

export interface Drill {
  readonly store: ReleaseStore
  readonly opener: PartOpener
  /** Where signers are named, nothing but what they signed is believed. */
  readonly verifySignature: VerifySignature | undefined
  /** Whose recovery points to look at. */
  readonly subject: Subject
  /** A recovery point's tag; empty for the newest. */
  readonly recoveryPoint: string
  readonly guarantee: Guarantee
  /** Percent of its rows that a table may have lost since the last proved recovery point. */
  readonly maxShrink: number
  /** The record of a recovery point's latest drill. @throws Failure NOT_PROVED where there is none */
  readonly proofOf: (recoveryPoint: string) => Promise<Proof>
  /** Whether the report names the keys of rows that differ: they may be personal data. */
  readonly showKeys: boolean
  readonly processes: Processes
  readonly searchPath: string
  /** Whether packages can be installed without sudo. */
  readonly root: boolean
  /** A private directory for the dump and the throwaway cluster; its owner removes it. */
  readonly directory: string
  readonly identity: Identity | undefined
  /** Sizes the throwaway server; its processors set the number of jobs. */
  readonly machine: Machine
  readonly clock: { now(): Date }
  readonly chapter: <T>(title: string, work: () => Promise<T>) => Promise<T>
  readonly info: (line: string) => void
}

export interface DrillReport {
  readonly verdict: State
  readonly checks: readonly Check[]
  readonly phases: readonly Phase[]
  /** Milliseconds from the start of the drill to its end. */
  readonly elapsed: number
  readonly point: RecoveryPoint | undefined
  readonly figures: Figures | undefined
}

/**
 * Takes a recovery point, restores it into a throwaway cluster, shows that the data is the same, and
 * judges time and data loss. Every error becomes the state of the check that it ended.
 */
export async function drillDatabaseRestore(drill: Drill): Promise<DrillReport> {
  const watch = stopwatch(drill)
  const list = checklist(plan)
  const jobs = drill.machine.cpus
  let point: RecoveryPoint | undefined
  let figures: Figures | undefined

  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
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

    await list.during('opened', () => assertRoom(manifest, drill.directory))
    await using server = meanwhile(startServer(manifest.postgres.major))
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
  }

  async function startServer(major: number): Promise<ThrowawayCluster> {
    const { toolchain, reason } = await provideToolchain({ ...drill, major, need: 'server' })
    drill.info(reason)
    const isolation = await findIsolation(drill)
    list.settle(judgeIsolation(isolation))
    const isolated = isolatedBy(isolation, drill.processes)
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
