import type { PartOpener } from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import type { Fingerprint } from '@recovery-playbook/postgres'
import type { Proof } from '@recovery-playbook/recovery-log'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import { type RecoveryPoint, recoveryPointsOf, type Subject } from './find-recovery-point.ts'
import { openSealedHalf } from './open-members.ts'

/** The newest so many are asked for: each takes a request. */
const most = 20

export interface Proved {
  readonly tag: string
  readonly fingerprint: Fingerprint
}

interface History {
  readonly store: Pick<ReleaseStore, 'published'>
  readonly subject: Subject
  readonly opener: PartOpener
  readonly directory: string
  /** @throws Failure NOT_PROVED where no drill has left a record */
  readonly proofOf: (recoveryPoint: string) => Promise<Proof>
}

/**
 * What the last recovery point before this one held that a drill has proved, by its record on the log
 * branch; of it the sealed half alone is downloaded. A forged record can at most choose another authentic
 * recovery point.
 *
 * @returns undefined where none is proved
 * @throws Failure whatever keeps it from being opened
 */
export async function lastProved(
  { store, subject, opener, directory, proofOf }: History,
  current: RecoveryPoint,
): Promise<Proved | undefined> {
  const { manifest, release } = current
  // What was published later is not looked at, and costs nothing.
  const published = async () =>
    (await store.published()).filter(({ publishedAt }) => publishedAt <= release.publishedAt)
  for await (const point of recoveryPointsOf({ published }, subject, most, unlessUnread)) {
    const isEarlier = Date.parse(point.manifest.snapshotAt) < Date.parse(manifest.snapshotAt)
    if (!isEarlier || !(await isProved(point, proofOf))) continue
    return {
      tag: point.manifest.tag,
      fingerprint: await openSealedHalf(point, { opener, directory }),
    }
  }
  return undefined
}

/** What is not to be believed is passed over; what could not be read today may be right. */
export function unlessUnread(failure: Failure): void {
  if (failure.code === 'DOWNLOAD_FAILED') throw failure
}

async function isProved(
  { manifest, manifestSha256 }: RecoveryPoint,
  proofOf: History['proofOf'],
): Promise<boolean> {
  try {
    const proof = await proofOf(manifest.tag)
    return proof.verdict === 'PROVED' && proof.manifest === manifestSha256
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_PROVED') return false
    throw error
  }
}
