import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { isMissing, syncDirectory, writeDurably } from './directory-files.ts'

/** A store's folders: a published release is one in `releases`, an unpublished one in `drafts`. */
export interface DirectoryPlace {
  readonly root: string
  readonly releases: string
  readonly drafts: string
}

export const placeIn = (root: string): DirectoryPlace => ({
  root,
  releases: join(root, 'releases'),
  drafts: join(root, 'drafts'),
})

/** Inside a draft: the same words as in a draft's body on GitHub. */
export const draftMarkerName = '.draft.txt'

/** Says that a directory is a store of ours. */
const markerName = 'recovery-playbook-store.json'

const format = 1

/**
 * Makes a store of an empty or missing directory, once; of a store it stays what it is. It is never done
 * by itself: the directory where a disk should be mounted is empty, too.
 *
 * @throws Failure STORE_UNUSABLE
 */
export async function prepareDirectory(root: string): Promise<void> {
  const { releases, drafts } = placeIn(root)
  try {
    await mkdir(root, { recursive: true })
    const there = await readdir(root)
    if (there.includes(markerName)) return
    if (there.length > 0) throw unusable(root, 'holds other files')
    await mkdir(releases, { mode: 0o700 })
    await mkdir(drafts, { mode: 0o700 })
    // Last: with it the store is complete.
    await writeDurably(join(root, markerName), Buffer.from(`${JSON.stringify({ format })}\n`))
    await syncDirectory(root)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw unusable(root, `cannot be prepared: ${messageOf(error)}`, error)
  }
}

/** @throws Failure STORE_UNUSABLE */
export async function assertOurs({ root }: DirectoryPlace): Promise<void> {
  const text = await readFile(join(root, markerName), 'utf8').catch((error: unknown) => {
    throw isMissing(error)
      ? unusable(root, 'is no store of recovery points', error)
      : unusable(root, `cannot be read: ${messageOf(error)}`, error)
  })
  if (formatIn(text) === format) return
  throw unusable(root, 'was made by another version')
}

function formatIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { format?: unknown } | null)?.format
  } catch {
    return undefined
  }
}

const unusable = (root: string, why: string, cause?: unknown) =>
  new Failure('STORE_UNUSABLE', `The directory ${root} ${why}.`, {
    hint: 'Nothing was changed. Is the disk mounted, and is it the right path? A new store needs an empty directory, which is prepared once.',
    cause,
  })
