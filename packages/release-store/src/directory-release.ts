import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Failure, messageOf } from '@recovery-playbook/failure'
import {
  fileName,
  isMissing,
  syncDirectory,
  visibleFiles,
  writeDurably,
} from './directory-files.ts'
import type { DirectoryPlace } from './directory-place.ts'
import { lacks, notARecoveryPoint } from './refused.ts'
import type { Asset, Release, Removal } from './store.ts'

/** What a release says about itself, beside its assets; it begins with a dot, which no asset does. */
export const recordName = '.release.json'

/** Written last, right before the release is published. */
export interface ReleaseRecord {
  readonly tag: string
  readonly title: string
  readonly notes: string
  /** ISO 8601. */
  readonly publishedAt: string
  /** Digests as read back from the disk before publishing, by the assets' names. */
  readonly sha256: Readonly<Record<string, string>>
}

export async function publishedIn({ releases }: DirectoryPlace): Promise<Release[]> {
  const tags = (await readdir(releases)).filter((name) => !name.startsWith('.'))
  const all = await Promise.all(tags.map((tag) => releaseIn(join(releases, tag))))
  return all.sort((a, b) => Date.parse(b.publishedAt) - Date.parse(a.publishedAt))
}

/**
 * A folder that holds the assets of one release and nothing else of a store: what somebody downloaded.
 *
 * @param tag as the assets themselves say
 */
export const releaseOfAssets = (directory: string, tag: string): Promise<Release> => {
  const notes = { title: tag, notes: '', publishedAt: new Date(0).toISOString(), sha256: {} }
  return releaseIn(directory, { tag, ...notes })
}

async function releaseIn(directory: string, known?: ReleaseRecord): Promise<Release> {
  const record = known ?? (await recordIn(directory))
  const names = await visibleFiles(directory)
  const assets = await Promise.all(names.map((name) => assetIn(directory, name, record)))
  return {
    tag: record.tag,
    title: record.title,
    publishedAt: record.publishedAt,
    url: pathToFileURL(directory).href,
    notes: record.notes,
    assets,
    async download(name) {
      if (!names.includes(name)) throw lacks(record.tag, name)
      return readAsset(directory, name)
    },
    async receive(name, take) {
      if (!names.includes(name)) throw lacks(record.tag, name)
      return receiveAsset(directory, name, take)
    },
    async annotate(notes) {
      // What somebody downloaded is theirs: nothing is written beside it.
      if (known !== undefined) throw new Error('a folder of files has no notes')
      await writeDurably(join(directory, recordName), renderRecord({ ...record, notes }))
    },
  }
}

export const readAsset = (directory: string, name: string): Promise<Uint8Array> =>
  readFile(join(directory, name)).catch((error: unknown) => {
    throw notRead(name, error)
  })

export const receiveAsset = <Taken>(
  directory: string,
  name: string,
  take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
): Promise<Taken> =>
  take(createReadStream(join(directory, name))).catch((error: unknown) => {
    throw error instanceof Failure ? error : notRead(name, error)
  })

const notRead = (name: string, cause: unknown) =>
  new Failure('DOWNLOAD_FAILED', `${name} was not read: ${messageOf(cause)}.`, {
    hint: 'Is the disk still mounted? Start the job again.',
    cause,
  })

export const renderRecord = (record: ReleaseRecord): Buffer =>
  Buffer.from(JSON.stringify(record, null, 1))

async function recordIn(directory: string): Promise<ReleaseRecord> {
  try {
    return JSON.parse(await readFile(join(directory, recordName), 'utf8')) as ReleaseRecord
  } catch (error) {
    throw new Failure('STORE_UNUSABLE', `${directory} is no release: ${messageOf(error)}.`, {
      hint: 'Somebody else wrote to this store, or its disk is damaged. Look at the folder, and take it out of the store.',
      cause: error,
    })
  }
}

async function assetIn(directory: string, name: string, record: ReleaseRecord): Promise<Asset> {
  const path = join(directory, name)
  return {
    name,
    bytes: (await stat(path)).size,
    sha256: record.sha256[name],
    url: pathToFileURL(path).href,
  }
}

/** Out of sight at once, then gone: a half-deleted release is none. A directory has no tags. */
export async function removeFrom(
  { releases, drafts }: DirectoryPlace,
  tag: string,
  { isRecoveryPoint }: Removal,
): Promise<boolean> {
  const directory = join(releases, fileName(tag))
  if (await isGone(directory)) return false
  const release = await releaseIn(directory)
  if (release.tag !== tag || !(await isRecoveryPoint(release))) throw notARecoveryPoint(tag)
  await rename(directory, join(drafts, `${deleted}${randomUUID()}`))
  await syncDirectory(releases)
  // Also what an earlier run was killed over.
  for (const name of await readdir(drafts)) {
    if (name.startsWith(deleted)) await rm(join(drafts, name), { recursive: true, force: true })
  }
  return true
}

const deleted = '.deleted-'

const isGone = (path: string): Promise<boolean> =>
  stat(path).then(
    () => false,
    (error: unknown) => {
      if (isMissing(error)) return true
      throw error
    },
  )
