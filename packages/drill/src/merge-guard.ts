import { formatDuration, type Guarantee } from '@recovery-playbook/playbook'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import type { Proof } from '@recovery-playbook/recovery-log'
import { Failure } from '@recovery-playbook/failure'
import { checklist, DrillEnded } from './checklist.ts'
import {
  findRecoveryPoint,
  recoveryPointsOf,
  type RecoveryPoint,
  type Subject,
} from './find-recovery-point.ts'
import { judgeAge } from './guarantees.ts'
import type { DrillReport } from './drill.ts'
import { completeInWords } from './partial.ts'
import { stopwatch } from './phases.ts'
import { report } from './report.ts'
import { verdictOf } from './verdict.ts'

const plan = ['recovery point', 'age', 'proof', 'run'] as const

export interface Guard {
  readonly store: Pick<ReleaseStore, 'published'>
  readonly subject: Subject
  readonly guarantee: Guarantee
  /** Milliseconds that the newest proof may be old, from the snapshot that it is of. */
  readonly maxProofAge: number
  /** @throws Failure NOT_PROVED where no drill has left a record of it */
  readonly proofOf: (recoveryPoint: string) => Promise<Proof>
  /** @throws Failure NOT_PROVED when GitHub does not confirm the run that the proof names */
  readonly confirm: (proof: Proof, publishedAt: string) => Promise<void>
  readonly clock: { now(): Date }
  readonly chapter: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

/**
 * Looks at what earlier runs have proved, and restores nothing: the newest recovery point is complete
 * and young enough, and the latest drill, which GitHub confirms, has proved one that is not too old. Who
 * exports daily and drills weekly has a newest one that nobody has drilled yet.
 */
export async function guardMerge(guard: Guard): Promise<DrillReport> {
  const watch = stopwatch(guard)
  const list = checklist(plan)
  let point: RecoveryPoint | undefined

  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, work))

  async function look(): Promise<void> {
    const found = await phase('recovery point', 'Find the recovery point', async () => {
      const newest = await findRecoveryPoint(guard.store, guard.subject, '')
      assertDigests(newest)
      return newest
    })
    point = found
    const { snapshotAt } = found.manifest
    list.proved('recovery point', completeInWords(found.manifest))
    list.settle(judgeAge(guard.guarantee, snapshotAt, guard.clock.now(), false))
    const { proof, proved } = await phase('proof', 'Read the latest proof', async () => {
      const latest = await latestDrilled(guard)
      assertProves(latest.proof, latest.proved)
      assertFresh(guard, latest.proved)
      return latest
    })
    list.proved('proof', `of ${proved.manifest.tag}, recorded at ${proof.recordedAt}`)
    await phase('run', 'Ask GitHub about the run that proved it', () =>
      guard.confirm(proof, proved.release.publishedAt),
    )
    list.proved('run', `GitHub confirms run ${proof.run.id}, attempt ${proof.run.attempt}.`)
  }

  await look().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  const figures = undefined
  return report({ scenario: undefined, verdict, checks, watch, point, figures, order: guard })
}

/** Each takes two requests; a required check has to be quick. */
const mostLookedAt = 10

/** The newest recovery point of which a drill has left a record, whatever that says. */
async function latestDrilled({ store, subject, proofOf }: Guard) {
  let newest: Failure | undefined
  for await (const point of recoveryPointsOf(store, subject, mostLookedAt)) {
    try {
      return { proof: await proofOf(point.manifest.tag), proved: point }
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'NOT_PROVED') throw error
      newest ??= error
    }
  }
  throw newest ?? new Error('the recovery point vanished meanwhile')
}

function assertFresh({ maxProofAge, clock }: Guard, { manifest }: RecoveryPoint): void {
  const age = clock.now().getTime() - Date.parse(manifest.snapshotAt)
  if (age <= maxProofAge) return
  throw new Failure(
    'NOT_PROVED',
    `The latest drill was of ${manifest.tag}, whose snapshot is ${formatDuration(age)} old; ${formatDuration(maxProofAge)} are allowed.`,
    { hint: 'Run the drill, and find out why its schedule did not.' },
  )
}

/** A drill downloads every part and sees for itself; the guard takes GitHub's word, where it gives one. */
function assertDigests({ manifest, release }: RecoveryPoint): void {
  const stored = new Map(release.assets.map(({ name, sha256 }) => [name, sha256]))
  const changed = manifest.members
    .flatMap(({ parts }) => parts)
    .filter(({ name, sha256 }) => (stored.get(name) ?? sha256) !== sha256)
    .map(({ name }) => name)
  if (changed.length === 0) return
  throw new Failure(
    'PART_DAMAGED',
    `${changed.length} parts of ${manifest.tag} are not what was stored: ${changed.slice(0, 5).join(', ')}.`,
    { hint: 'It cannot be restored. Export and drill a new one now.' },
  )
}

function assertProves(proof: Proof, { manifest, manifestSha256 }: RecoveryPoint): void {
  const wrong =
    proof.verdict !== 'PROVED'
      ? `ended with ${proof.verdict}`
      : proof.recoveryPoint !== manifest.tag || proof.database !== manifest.database
        ? `was of ${proof.recoveryPoint}, database '${proof.database}'`
        : proof.manifest !== manifestSha256
          ? 'was of other files under the same tag'
          : undefined
  if (wrong === undefined) return
  throw new Failure('NOT_PROVED', `The latest drill recorded for ${manifest.tag} ${wrong}.`, {
    hint: 'Run the drill again, and read its summary.',
  })
}
