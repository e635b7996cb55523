import {
  type Manifest,
  parseManifest,
  publicManifestName,
  sha256,
} from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import type { Release, ReleaseStore } from '@recovery-playbook/release-store'

export interface RecoveryPoint {
  readonly manifest: Manifest
  readonly manifestBytes: Uint8Array
  /** Of the manifest's bytes: with its digests it stands for every byte of the recovery point. */
  readonly manifestSha256: string
  readonly release: Release
}

/** One repository may keep the recovery points of several applications and databases. */
export interface Subject {
  /** The application's repository, `owner/name`, wherever its recovery points are kept. */
  readonly repository: string
  /** By the name that the export gave it. */
  readonly database: string
}

/**
 * The newest published recovery point of a database. A release without a manifest does not exist for
 * a restore: it is passed over.
 *
 * @param unbelievable is told of a manifest that is not to be believed, and throws unless the release
 *   is to be passed over too; a drill has to end there
 * @throws Failure MANIFEST_UNKNOWN, MANIFEST_FORGED, DOWNLOAD_FAILED
 */
export async function newestRecoveryPoint(
  store: Pick<ReleaseStore, 'published'>,
  subject: Subject,
  unbelievable?: (failure: Failure) => void,
): Promise<RecoveryPoint | undefined> {
  for await (const point of recoveryPointsOf(store, subject, 1, unbelievable)) return point
  return undefined
}

/** The newest so many of a database, read one by one. */
export async function* recoveryPointsOf(
  store: Pick<ReleaseStore, 'published'>,
  subject: Subject,
  most: number,
  unbelievable: (failure: Failure) => void = (failure) => {
    throw failure
  },
): AsyncGenerator<RecoveryPoint> {
  let given = 0
  for (const release of await store.published()) {
    if (given === most) return
    if (!hasManifest(release)) continue
    const point = await readPoint(release).catch((error: unknown) => {
      if (!isUnbelievable(error)) throw error
      unbelievable(error)
    })
    if (point === undefined || !isOf(subject, point)) continue
    given += 1
    yield point
  }
}

const isUnbelievable = (error: unknown): error is Failure =>
  error instanceof Failure &&
  ['MANIFEST_UNKNOWN', 'MANIFEST_FORGED', 'DOWNLOAD_FAILED'].includes(error.code)

const isOf = ({ repository, database }: Subject, { manifest }: RecoveryPoint) =>
  manifest.database === database && manifest.repository === repository

const ofAnother = ({ repository, database }: Subject, { manifest }: RecoveryPoint) =>
  new Failure(
    'INPUT_INVALID',
    `'${manifest.tag}' in 'recovery-point' is of the database '${manifest.database}' of ${manifest.repository}, not of '${database}' of ${repository}.`,
    { hint: 'Name a recovery point of this application, or its database in the input `name`.' },
  )

export interface ListedRelease {
  readonly release: Release
  /** Undefined where there is no manifest, or none that can be believed. */
  readonly point: RecoveryPoint | undefined
}

/**
 * Every published release, also those that are no recovery points.
 *
 * @throws Failure DOWNLOAD_FAILED: what cannot be read today may be believed tomorrow
 */
export async function listRecoveryPoints(
  store: Pick<ReleaseStore, 'published'>,
): Promise<ListedRelease[]> {
  const listed: ListedRelease[] = []
  for (const release of await store.published()) {
    const point = hasManifest(release)
      ? await readPoint(release).catch((error: unknown) => {
          if (!isUnbelievable(error) || error.code === 'DOWNLOAD_FAILED') throw error
          return undefined
        })
      : undefined
    listed.push({ release, point })
  }
  return listed
}

/** @throws Failure NO_RECOVERY_POINT, RECOVERY_POINT_INCOMPLETE, MANIFEST_UNKNOWN */
export async function findRecoveryPoint(
  store: Pick<ReleaseStore, 'published'>,
  subject: Subject,
  tag: string,
): Promise<RecoveryPoint> {
  const point =
    tag === '' ? await newestRecoveryPoint(store, subject) : await namedRecoveryPoint(store, tag)
  if (point === undefined) {
    throw new Failure(
      'NO_RECOVERY_POINT',
      tag === ''
        ? `There is no recovery point of the database '${subject.database}' of ${subject.repository}: nothing could be recovered today.`
        : `There is no published recovery point ${tag}.`,
      {
        hint: 'Run the workflow that exports one, and look at why it has not run or not succeeded.',
      },
    )
  }
  if (!isOf(subject, point)) throw ofAnother(subject, point)
  assertComplete(point)
  return point
}

async function namedRecoveryPoint(store: Pick<ReleaseStore, 'published'>, tag: string) {
  const release = (await store.published()).find((one) => one.tag === tag)
  if (release === undefined || !hasManifest(release)) return undefined
  return readPoint(release)
}

const hasManifest = ({ assets }: Release) => assets.some(({ name }) => name === publicManifestName)

async function readPoint(release: Release): Promise<RecoveryPoint> {
  const bytes = await release.download(publicManifestName)
  const manifest = parseManifest(Buffer.from(bytes).toString('utf8'), release.tag)
  if (manifest.tag === release.tag) {
    return { manifest, manifestBytes: bytes, manifestSha256: sha256(bytes), release }
  }
  throw new Failure(
    'MANIFEST_FORGED',
    `The release ${release.tag} carries the manifest of ${manifest.tag}.`,
    { hint: 'Somebody replayed an old manifest. Find out who can write to the repository.' },
  )
}

/** Every part that the manifest lists is stored, with the size that it lists. */
export function assertComplete({ manifest, release }: RecoveryPoint): void {
  const stored = new Map(release.assets.map(({ name, bytes }) => [name, bytes]))
  const missing = manifest.members
    .flatMap(({ parts }) => parts)
    .filter(({ name, bytes }) => stored.get(name) !== bytes)
    .map(({ name }) => name)
  if (missing.length === 0) return
  throw new Failure(
    'RECOVERY_POINT_INCOMPLETE',
    `${manifest.tag} lacks ${missing.length} of its parts, or has them in another size: ${missing.slice(0, 5).join(', ')}.`,
    { hint: 'It cannot be restored. Name an older one, and export a new one now.' },
  )
}
