import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { directoryDraft } from './directory-draft.ts'
import { isMissing, readBack, visibleFiles, writeDurably } from './directory-files.ts'
import { type DirectoryPlace, draftMarkerName as markerName } from './directory-place.ts'
import { type DraftMarker, markedBody, parseMarker } from './draft-marker.ts'
import { type IsOver, whyStale } from './stale.ts'
import type { Asset, Draft, Run, StaleDraft } from './store.ts'

interface Making {
  readonly tag: string
  readonly title: string
  readonly run: Run | undefined
  readonly since: Date
}

export async function markDraft(directory: string, { tag, run, since }: Making): Promise<void> {
  if (run === undefined) return
  const body = markedBody({ tag, run, since: since.toISOString() })
  await writeDurably(join(directory, markerName), Buffer.from(body))
}

interface Asking {
  readonly now: () => Date
  readonly run: Run | undefined
  readonly isOver: IsOver
}

export async function staleDraftsIn(place: DirectoryPlace, asking: Asking): Promise<StaleDraft[]> {
  const stale: StaleDraft[] = []
  const now = await fileSystemTime(place)
  for (const name of await readdir(place.drafts)) {
    const directory = join(place.drafts, name)
    const marker = await markerIn(directory)
    if (marker === undefined) continue
    const suspect = { run: marker.run, lastSign: await lastSign(directory), now }
    const reason = await whyStale(suspect, asking.run, asking.isOver)
    if (reason !== undefined) stale.push(staleDraft(place, directory, marker, reason, asking))
  }
  return stale
}

async function markerIn(directory: string): Promise<DraftMarker | undefined> {
  try {
    return parseMarker(await readFile(join(directory, markerName), 'utf8'))
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The clock that the files' dates are of: on a network's disk it is the server's. */
async function fileSystemTime({ drafts }: DirectoryPlace): Promise<Date> {
  const path = join(drafts, `.clock-${randomUUID()}`)
  await writeFile(path, '')
  const { mtime } = await stat(path)
  await rm(path)
  return mtime
}

async function lastSign(directory: string): Promise<Date> {
  const times = [(await stat(directory)).mtimeMs]
  for (const name of await readdir(directory)) {
    // A file that is renamed while we look is a sign of life, and its directory's date says so.
    const file = await stat(join(directory, name)).catch(() => undefined)
    if (file !== undefined) times.push(file.mtimeMs)
  }
  return new Date(Math.max(...times))
}

function staleDraft(
  place: DirectoryPlace,
  directory: string,
  marker: DraftMarker,
  reason: string,
  { now, run }: Asking,
): StaleDraft {
  const { tag } = marker

  /** Of two that take it the second one finds it gone. */
  async function take(name: string): Promise<string> {
    const taken = join(place.drafts, name)
    await rename(directory, taken)
    return taken
  }

  async function resume(): Promise<Draft> {
    const taken = await take(`${tag}~${randomUUID()}`)
    await markDraft(taken, { tag, title: tag, run, since: now() })
    const names = await visibleFiles(taken)
    const stored = await Promise.all(
      names.map((name) => assetIn(taken, name, join(place.releases, tag))),
    )
    return directoryDraft(place, { directory: taken, tag, title: tag, stored, now })
  }

  return {
    tag,
    madeBy: marker.run,
    reason,
    resume,
    async remove() {
      try {
        await rm(await take(`.deleted-${randomUUID()}`), { recursive: true })
        return true
      } catch (error) {
        if (isMissing(error)) return false
        throw error
      }
    },
  }
}

const assetIn = async (directory: string, name: string, published: string): Promise<Asset> => ({
  name,
  ...(await readBack(join(directory, name))),
  url: pathToFileURL(join(published, name)).href,
})
