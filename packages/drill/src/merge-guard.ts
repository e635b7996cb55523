import { publicManifestName } from '@recovery-playbook/archive'
import { formatDuration, type Guarantee } from '@recovery-playbook/playbook'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import type { HistoryRow, Proof } from '@recovery-playbook/recovery-log'
import { Failure } from '@recovery-playbook/failure'
import { checklist, DrillEnded } from './checklist.ts'
import { drilledPoints } from './drilled-points.ts'
import { findRecoveryPoint, type RecoveryPoint, type Subject } from './find-recovery-point.ts'
import { clockSkew, judgeAge } from './guarantees.ts'
import type { DrillReport } from './drill.ts'
import { completeInWords } from './partial.ts'
import { stopwatch } from './phases.ts'
import { report } from './report.ts'
import { checkSignature, type VerifySignature } from './signature.ts'
import { verdictOf } from './verdict.ts'

const plan = ['recovery point', 'age', 'proof', 'run'] as const

export interface Guard {
  readonly store: Pick<ReleaseStore, 'published'>
  readonly subject: Subject
  readonly guarantee: Guarantee
  /** Milliseconds that the newest proof may be old, from the snapshot that it is of. */
  readonly maxProofAge: number
  /** The database's history. It says where to look, and is believed for nothing. */
  readonly history: () => Promise<readonly HistoryRow[]>
  /** Where signers are named: what nobody of them signed is not believed. */
  readonly verifySignature: VerifySignature | undefined
  /** @throws Failure NOT_PROVED where no drill has left a record of it */
  readonly proofOf: (recoveryPoint: string) => Promise<Proof>
  /**
   * @returns whether the run that the proof names has ended
   * @throws Failure NOT_PROVED when GitHub does not confirm it
   */
  readonly confirm: (proof: Proof, publishedAt: string) => Promise<boolean>
  readonly clock: { now(): Date }
  readonly chapter: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

/**
 * Looks at what earlier runs have proved, and restores nothing: the newest recovery point is complete
 * and young enough, and the latest restore drill, which GitHub confirms, has proved one that is not too old. Who
 * exports daily and drills weekly has a newest one that nobody has drilled yet.
 */
export async function guardMerge(guard: Guard): Promise<DrillReport> {
  const watch = stopwatch(guard)
  const list = checklist(plan)
  let point: RecoveryPoint | undefined
  const published = lazily(() => guard.store.published())
  const store = { published }

  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, work))

  async function look(): Promise<void> {
    const found = await phase('recovery point', 'Find the recovery point', async () => {
      const newest = await findRecoveryPoint(store, guard.subject, '')
      assertDigests(newest)
      if (guard.verifySignature !== undefined) await checkSignature(newest, guard.verifySignature)
      return newest
    })
    point = found
    const { snapshotAt } = found.manifest
    list.proved('recovery point', completeInWords(found.manifest))
    const age = judgeAge(guard.guarantee, snapshotAt, guard.clock.now(), false)
    list.settle(age)
    // No proof of it would let the merge pass: GitHub is not asked for one.
    if (age.state === 'FAILED') throw new DrillEnded('age')
    const { latest, before } = await phase('proof', 'Read the latest proof', async () => {
      const [tag, before] = drilledPoints(await guard.history(), await published())
      if (tag === undefined) throw nothingDrilled(guard.subject)
      return { latest: await readProof(tag, found), before }
    })
    tellOf(latest)
    const { proof } = await phase('run', 'Ask GitHub about the run that proved it', () =>
      confirmed(latest, before, found),
    )
    tellOf({ proof })
    list.proved('run', `GitHub confirms run ${proof.run.id}, attempt ${proof.run.attempt}.`)
  }

  function tellOf({ proof }: Pick<Proved, 'proof'>): void {
    list.proved('proof', `of ${proof.recoveryPoint}, recorded at ${proof.recordedAt}`)
  }

  async function readProof(tag: string, newest: RecoveryPoint): Promise<Proved> {
    const point = tag === newest.manifest.tag ? newest : await named(tag)
    const proof = await guard.proofOf(tag)
    assertProves(proof, point)
    assertFresh(guard, point)
    return { proof, point }
  }

  /** While the run of the latest drill goes on, the one before it counts. */
  async function confirmed(
    latest: Proved,
    before: string | undefined,
    newest: RecoveryPoint,
  ): Promise<Proved> {
    const isOver = ({ proof, point }: Proved) => guard.confirm(proof, point.release.publishedAt)
    if (await isOver(latest)) return latest
    const { proof, point } = latest
    const wait = (cause?: unknown) =>
      new Failure(
        'NOT_PROVED',
        `Run ${proof.run.id}, which drilled ${point.manifest.tag}, has not ended yet.`,
        { hint: 'Wait for its end, and let this check look again.', cause },
      )
    if (before === undefined) throw wait()
    try {
      const earlier = await readProof(before, newest)
      if (await isOver(earlier)) return earlier
    } catch (error) {
      throw wait(error)
    }
    throw wait()
  }

  async function named(tag: string): Promise<RecoveryPoint> {
    const drilled = await findRecoveryPoint(store, guard.subject, tag)
    assertDigests(drilled)
    return drilled
  }

  await look().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  const figures = undefined
  return report({ scenario: undefined, verdict, checks, watch, point, figures, order: guard })
}

/** A drill that says of itself that it has proved this recovery point. */
interface Proved {
  readonly proof: Proof
  readonly point: RecoveryPoint
}

const nothingDrilled = ({ database }: Subject) =>
  new Failure(
    'NOT_PROVED',
    `No drill has left a record of a recovery point of '${database}' that is still there.`,
    { hint: 'Run the drill: verify-restore with `record: true` and `contents: write`.' },
  )

/** Asked once, when it is needed. */
function lazily<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => (asked ??= ask())
}

function assertFresh({ maxProofAge, clock }: Guard, { manifest }: RecoveryPoint): void {
  const age = clock.now().getTime() - Date.parse(manifest.snapshotAt)
  if (age < -clockSkew) {
    throw new Failure(
      'NOT_PROVED',
      `The snapshot of ${manifest.tag} is of ${manifest.snapshotAt}, which is still to come: a clock was wrong.`,
      {
        hint: 'Compare the clock of the database server with the time, and export and drill a new one.',
      },
    )
  }
  if (age <= maxProofAge) return
  throw new Failure(
    'NOT_PROVED',
    `The latest drill was of ${manifest.tag}, whose snapshot is ${formatDuration(age)} old; ${formatDuration(maxProofAge)} are allowed.`,
    { hint: 'Run the drill, and find out why its schedule did not.' },
  )
}

/** A drill downloads every part and sees for itself; the guard takes GitHub's word. */
function assertDigests({ manifest, manifestSha256, release }: RecoveryPoint): void {
  const stored = new Map(release.assets.map(({ name, sha256 }) => [name, sha256]))
  const changed = manifest.members
    .flatMap(({ parts }) => parts)
    .concat({ name: publicManifestName, bytes: 0, sha256: manifestSha256 })
    .filter(({ name, sha256 }) => stored.get(name) !== sha256)
    .map(({ name }) => name)
  const unknown = changed.filter((name) => stored.get(name) === undefined)
  if (unknown.length > 0) {
    throw new Failure(
      'NOT_PROVED',
      `Of ${manifest.tag} GitHub gives no digest of ${unknown.slice(0, 5).join(', ')}: whether they are what was stored cannot be seen.`,
      {
        hint: 'Export and drill a new one: GitHub gives a digest of every file that is uploaded since June 2025.',
      },
    )
  }
  if (changed.length === 0) return
  throw new Failure(
    'PART_DAMAGED',
    `Of ${manifest.tag} these files are not what was stored: ${changed.slice(0, 5).join(', ')}${changed.length > 5 ? ` and ${changed.length - 5} more` : ''}.`,
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
