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
  /** Of the manifest's bytes: with its digests it stands for every byte of the recovery point. */
  readonly manifestSha256: string
  readonly release: Release
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
  store: ReleaseStore,
  database: string,
  unbelievable: (failure: Failure) => void = (failure) => {
    throw failure
  },
): Promise<RecoveryPoint | undefined> {
  for (const release of await store.published()) {
    if (!hasManifest(release)) continue
    const point = await readPoint(release).catch((error: unknown) => {
      if (!isUnbelievable(error)) throw error
      unbelievable(error)
    })
    if (point?.manifest.database === database) return point
  }
  return undefined
}

const isUnbelievable = (error: unknown): error is Failure =>
  error instanceof Failure && ['MANIFEST_UNKNOWN', 'MANIFEST_FORGED'].includes(error.code)

/** @throws Failure NO_RECOVERY_POINT, RECOVERY_POINT_INCOMPLETE, MANIFEST_UNKNOWN */
export async function findRecoveryPoint(
  store: ReleaseStore,
  database: string,
  tag: string,
): Promise<RecoveryPoint> {
  const point =
    tag === '' ? await newestRecoveryPoint(store, database) : await namedRecoveryPoint(store, tag)
  if (point === undefined) {
    throw new Failure(
      'NO_RECOVERY_POINT',
      tag === ''
        ? `There is no recovery point of the database '${database}': nothing could be recovered today.`
        : `There is no published recovery point ${tag}.`,
      {
        hint: 'Run the workflow that exports one, and look at why it has not run or not succeeded.',
      },
    )
  }
  assertComplete(point)
  return point
}

async function namedRecoveryPoint(store: ReleaseStore, tag: string) {
  const release = (await store.published()).find((one) => one.tag === tag)
  if (release === undefined || !hasManifest(release)) return undefined
  return readPoint(release)
}

const hasManifest = ({ assets }: Release) => assets.some(({ name }) => name === publicManifestName)

async function readPoint(release: Release): Promise<RecoveryPoint> {
  const bytes = await release.download(publicManifestName)
  const manifest = parseManifest(Buffer.from(bytes).toString('utf8'), release.tag)
  if (manifest.tag === release.tag) return { manifest, manifestSha256: sha256(bytes), release }
  throw new Failure(
    'MANIFEST_FORGED',
    `The release ${release.tag} carries the manifest of ${manifest.tag}.`,
    { hint: 'Somebody replayed an old manifest. Find out who can write to the repository.' },
  )
}

/** Every part that the manifest lists is stored, with the size and, where GitHub knows it, the digest. */
function assertComplete({ manifest, release }: RecoveryPoint): void {
  const stored = new Map(release.assets.map((asset) => [asset.name, asset]))
  const wrong = manifest.members
    .flatMap(({ parts }) => parts)
    .filter(({ name, bytes, sha256: digest }) => {
      const asset = stored.get(name)
      return asset?.bytes !== bytes || (asset.sha256 ?? digest) !== digest
    })
    .map(({ name }) => name)
  if (wrong.length === 0) return
  throw new Failure(
    'RECOVERY_POINT_INCOMPLETE',
    `${manifest.tag} lacks ${wrong.length} of its parts, or has them with another size or digest: ${wrong.slice(0, 5).join(', ')}.`,
    { hint: 'It cannot be restored. Name an older one, and export a new one now.' },
  )
}
