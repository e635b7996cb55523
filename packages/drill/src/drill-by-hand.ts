import {
  compareFingerprints,
  provideToolchain,
  startThrowaway,
  takeFingerprint,
  type ThrowawayCluster,
  withoutOwners,
  newLogin,
} from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'
import { Failure } from '@recovery-playbook/failure'
import { checklist, DrillEnded } from './checklist.ts'
import type { Drill, DrillReport } from './drill.ts'
import { type Figures, figuresOf } from './figures.ts'
import { findRecoveryPoint, type RecoveryPoint } from './find-recovery-point.ts'
import { followDocument } from './follow-document.ts'
import { assertRoom } from './free-disk.ts'
import { blamingFullDisk } from './full-disk.ts'
import { judgeAge, judgeDataLoss, judgeRecoveryTime } from './guarantees.ts'
import { isolate, isolatedBy } from './isolated.ts'
import { openSealedHalf } from './open-members.ts'
import { completeInWords } from './partial.ts'
import { stopwatch } from './phases.ts'
import { report } from './report.ts'
import { progressOf } from './progress.ts'
import { judgeSameData } from './same-data.ts'
import { checkSignature, noSigner } from './signature.ts'
import { verdictOf } from './verdict.ts'

const plan = [
  'recovery point',
  'signature',
  'document',
  'isolated',
  'by hand',
  'same data',
  'recovery time',
  'data loss',
  'age',
] as const

export interface DrillByHand extends Drill {
  /** RESTORE.md as this version writes it for a recovery point. */
  readonly document: (point: RecoveryPoint) => string
  readonly documentName: string
  /** Reads the store, as a person's token does. */
  readonly token: string
  /** What a person may hold; the one that opens it is found out. */
  readonly passphrases: readonly { readonly words: string; readonly opener: Drill['opener'] }[]
}

/** The database that RESTORE.md makes. */
const database = 'restored'

/**
 * Recovers with the published RESTORE.md and nothing of ours, then compares rows, sequences and schema
 * with the fingerprint. Its commands are run only when they are, to the last byte, what this version
 * writes for a manifest that is authentic: anybody with write access could have changed them.
 */
export async function drillByHand(drill: DrillByHand): Promise<DrillReport> {
  const watch = stopwatch(drill)
  const list = checklist(plan)
  let point: RecoveryPoint | undefined
  let figures: Figures | undefined
  let recoveryTime: number | undefined

  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, () => blamingFullDisk(drill.directory, work)))

  async function recover(): Promise<void> {
    const found = await phase('recovery point', 'Find the recovery point', () =>
      findRecoveryPoint(drill.store, drill.subject, drill.recoveryPoint),
    )
    point = found
    const { manifest } = found
    list.proved('recovery point', completeInWords(manifest))
    const wasNamed = drill.recoveryPoint !== ''
    list.settle(judgeAge(drill.guarantee, manifest.snapshotAt, drill.clock.now(), wasNamed))
    list.settle(judgeDataLoss(drill.guarantee, manifest.snapshotAt, manifest.previous))
    const { verifySignature } = drill
    if (verifySignature === undefined) list.settle(noSigner(manifest))
    else {
      list.proved(
        'signature',
        await list.during('signature', () => checkSignature(found, verifySignature)),
      )
    }

    const { words, fingerprint, document } = await phase(
      'document',
      'Read RESTORE.md',
      async () => {
        await assertRoom(manifest, { directory: drill.directory, stranger: undefined })
        const half = await openedByOne(found, drill)
        return { ...half, document: await readDocument(found, drill) }
      },
    )
    list.proved('document', 'It is what this version writes for the authentic manifest.')
    figures = figuresOf(manifest, fingerprint)
    const isolation = await isolate(drill, list)
    const isolated = isolatedBy(isolation, drill.processes)
    await using cluster = await phase('by hand', 'Start a throwaway PostgreSQL', () =>
      startServer(manifest.postgres.major, isolated),
    )
    await phase('by hand', 'Follow RESTORE.md', async () => {
      const connection = await newLogin(cluster, drill.processes, fingerprint.roles)
      const { toolchain } = cluster
      const answers = [drill.token, words]
      await followDocument({ ...drill, document, answers, connection, toolchain })
    })
    list.proved('by hand', 'Its commands restored the database with standard programs alone.')

    const came = await phase('same data', 'Compare with the fingerprint of the snapshot', () =>
      takeFingerprint({
        toolchain: cluster.toolchain,
        connection: cluster.connectionFor(database),
        processes: drill.processes,
        sessions: drill.machine.cpus,
        onProgress: progressOf('Hashed', drill.info),
      }),
    )
    const differences = compareFingerprints(withoutOwners(fingerprint), withoutOwners(came))
    list.settle(judgeSameData(differences, figures, fingerprint.leftOut))
    recoveryTime = watch.elapsed()
    list.settle(judgeRecoveryTime(drill.guarantee, recoveryTime))
  }

  async function startServer(major: number, isolated: Processes): Promise<ThrowawayCluster> {
    const { toolchain, reason } = await provideToolchain({ ...drill, major, need: 'server' })
    drill.info(reason)
    return startThrowaway({ ...drill, toolchain, isolated, parentDirectory: drill.directory })
  }

  await recover().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  return report({
    scenario: 'database-restore',
    verdict,
    checks,
    watch,
    point,
    figures,
    recoveryTime,
    order: drill,
  })
}

/** The passphrase that a person would type, and the sealed half that it opens. */
async function openedByOne(point: RecoveryPoint, drill: DrillByHand) {
  let refusal: unknown = noPassphrase(point)
  for (const { words, opener } of drill.passphrases) {
    try {
      return { words, fingerprint: await openSealedHalf(point, { ...drill, opener }) }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CANNOT_OPEN') throw error
      refusal = error
    }
  }
  throw refusal
}

async function readDocument(point: RecoveryPoint, drill: DrillByHand): Promise<string> {
  const { documentName } = drill
  const text = Buffer.from(await point.release.download(documentName)).toString('utf8')
  const expected = drill.document(point)
  if (text === expected) return text
  if (withoutAddresses(text) === withoutAddresses(expected)) throw otherAddresses(point, drill)
  throw new Failure(
    'NOT_PROVED',
    `${documentName} of ${point.manifest.tag} is not what this version writes: nothing of it was run.`,
    {
      hint: 'Another version made the recovery point, or somebody changed the file. Drill one that this version made; compare the file with that one’s.',
    },
  )
}

/** A copy carries the document of the store in which the recovery point was made. */
const withoutAddresses = (document: string) => document.replaceAll(/^(download \S+) .*$/gm, '$1')

const otherAddresses = ({ manifest, release }: RecoveryPoint, { documentName }: DrillByHand) =>
  new Failure(
    'NOT_PROVED',
    `${documentName} of ${manifest.tag} leads to other addresses than those of this store: nothing of it was run.`,
    {
      hint: `In a mirror that is right: it holds the document of the first store, which is the one to drill by hand; section 1 says what to do with a copy, and a drill without \`by-hand\` proves it. In the first store somebody changed the addresses: find out who can write to ${release.url}.`,
    },
  )

const noPassphrase = ({ manifest }: RecoveryPoint) =>
  new Failure('NOT_PROVED', `${manifest.tag} can be drilled by hand with a passphrase only.`, {
    hint: 'Where it is sealed for keys alone, follow RESTORE.md on the machine that holds the key.',
  })
