import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { type AssetContent, rereadable } from './content.ts'
import {
  codeOf,
  fileName,
  type Found,
  isMissing,
  readBack,
  syncDirectory,
  visibleFiles,
  writeDurably,
} from './directory-files.ts'
import { type DirectoryPlace, draftMarkerName as markerName } from './directory-place.ts'
import {
  readAsset,
  receiveAsset,
  recordName,
  type ReleaseRecord,
  renderRecord,
} from './directory-release.ts'
import { lacks, notStored, tagSpent, unpublished } from './refused.ts'
import type { Asset, Draft } from './store.ts'

interface Begun {
  readonly directory: string
  readonly tag: string
  readonly title: string
  /** Assets that are there, whole. */
  readonly stored: readonly Asset[]
  readonly now: () => Date
}

/** Publishing is one rename within the same file system: it happens whole or not at all. */
export function directoryDraft(
  { releases, drafts }: DirectoryPlace,
  { directory, tag, title, stored, now }: Begun,
): Draft {
  const uploaded = new Map(stored.map((asset) => [asset.name, asset]))
  // A draft's assets are named by where they will be: RESTORE.md, one of them, lists the others.
  const published = join(releases, fileName(tag))

  async function store(name: string, content: AssetContent): Promise<Asset> {
    const path = join(directory, fileName(name))
    const source = rereadable(content)
    const expected = { bytes: source.bytes, sha256: source.sha256 }
    if (differs(await found(path), expected) !== undefined) {
      await writeDurably(path, source.read())
      const wrong = differs(await found(path), expected)
      if (wrong !== undefined) throw notStored(name, wrong)
    }
    return { name, ...expected, url: pathToFileURL(join(published, name)).href }
  }

  async function publish(notes: string): Promise<{ url: string }> {
    const names = await visibleFiles(directory)
    const foreign = names.filter((name) => !uploaded.has(name))
    if (foreign.length > 0) {
      throw notStored(tag, `the draft holds ${foreign.join(', ')}, which this run did not upload`)
    }
    const sha256: Record<string, string> = {}
    for (const expected of uploaded.values()) {
      const wrong = differs(await found(join(directory, expected.name)), expected)
      if (wrong !== undefined) throw notStored(expected.name, wrong)
      sha256[expected.name] = expected.sha256 ?? ''
    }
    const record: ReleaseRecord = { tag, title, notes, publishedAt: now().toISOString(), sha256 }
    await writeDurably(join(directory, recordName), renderRecord(record))
    await rename(directory, published)
    await rm(join(published, markerName), { force: true })
    await syncDirectory(releases)
    await syncDirectory(drafts)
    return { url: pathToFileURL(published).href }
  }

  return {
    async upload(name, content) {
      const asset = await store(name, content).catch((error: unknown) => {
        throw writingFailed(name, error)
      })
      uploaded.set(name, asset)
      return asset
    },
    async download(name) {
      if (!uploaded.has(name)) throw lacks(tag, name)
      return readAsset(directory, name)
    },
    async receive(name, take) {
      if (!uploaded.has(name)) throw lacks(tag, name)
      return receiveAsset(directory, name, take)
    },
    assets: () => [...uploaded.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    publish: (notes) =>
      publish(notes).catch((error: unknown) => {
        if (!taken.has(codeOf(error) ?? '')) throw writingFailed(tag, error)
        throw tagSpent(tag, 'another release has this tag', error)
      }),
    discard: () => rm(directory, { recursive: true, force: true }),
  }
}

const found = (path: string): Promise<Found | undefined> =>
  readBack(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined
    throw error
  })

function differs(there: Found | undefined, expected: Pick<Asset, 'bytes' | 'sha256'>) {
  if (there === undefined) return 'it is not there'
  if (there.bytes !== expected.bytes) {
    return `${there.bytes} bytes are stored instead of ${expected.bytes}`
  }
  if (there.sha256 === expected.sha256) return undefined
  return `its stored digest is sha256:${there.sha256} instead of sha256:${expected.sha256 ?? ''}`
}

/** What `rename` answers where a directory with files is in the way. */
const taken = new Set(['ENOTEMPTY', 'EEXIST'])

function writingFailed(name: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') {
    return notStored(name, messageOf(error), error)
  }
  return new Failure('DISK_FULL', `${name} was not stored: the disk of the store is full.`, {
    hint: `${unpublished} Make room there, or keep fewer recovery points.`,
    cause: error,
  })
}
