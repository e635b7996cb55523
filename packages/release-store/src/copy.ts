import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pool } from '@recovery-playbook/archive'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { saveIn } from './content.ts'
import { unpublished } from './refused.ts'
import type { Asset, Draft, Release, ReleaseStore } from './store.ts'

/** Assets under way at once, each through a file. */
const parallel = 4

export interface Copy {
  /** Its page in the other store. */
  readonly url: string
  /** Assets that had to be copied; the others were there. */
  readonly copied: number
}

/**
 * Copies a published release to a further store, where it is complete and verified by itself: sizes and
 * digests there are compared with what was read here. Goes on where an earlier run was broken off.
 *
 * @param scratch a directory that has room for the four largest assets
 * @param stopped ends it; then nothing of it stays there
 * @throws Failure COPY_FAILED, which says that the first copy is safe; NO_RECOVERY_POINT, PART_DAMAGED,
 *   DOWNLOAD_FAILED, RECOVERY_POINT_INCOMPLETE where it is the first copy that is not; the reason of
 *   `stopped`
 */
export async function copyRecoveryPoint(
  from: ReleaseStore,
  to: ReleaseStore,
  tag: string,
  scratch: string,
  stopped?: AbortSignal,
): Promise<Copy> {
  try {
    const source = await publishedIn(from, tag)
    if (source === undefined) throw noSource(tag, from)
    const there = await publishedIn(to, tag)
    if (there !== undefined) {
      assertSame(there, source.assets)
      return { url: there.url, copied: 0 }
    }
    return await copy(source, to, scratch, stopped)
  } catch (error) {
    stopped?.throwIfAborted()
    throw isOfTheSource(error) ? error : copyFailed(tag, from, to, error)
  }
}

async function copy(
  source: Release,
  to: ReleaseStore,
  scratch: string,
  stopped: AbortSignal | undefined,
): Promise<Copy> {
  const { tag, title } = source
  // A title may pin it: then the copy is pinned, too.
  const draft = (await interrupted(source, to)) ?? (await to.draft(tag, title))
  const there = new Set(draft.assets().map(({ name }) => name))
  const missing = source.assets.filter(({ name }) => !there.has(name))
  const copied: Asset[] = []
  const copying = pool(parallel)
  try {
    for (const asset of missing) {
      stopped?.throwIfAborted()
      await copying.add(async () => {
        copied.push(await copyAsset(source, asset, draft, scratch))
      })
    }
    await copying.drained()
    stopped?.throwIfAborted()
  } catch (error) {
    await copying.quiet()
    if (stopped?.aborted === true) await draft.discard().catch(() => undefined)
    throw error
  }
  const expected = [...source.assets.filter(({ name }) => there.has(name)), ...copied]
  const { url } = await draft.publish(source.notes)
  const published = await publishedIn(to, tag)
  if (published === undefined) throw new Error(`${to.place} does not show it`)
  assertSame(published, expected)
  return { url, copied: copied.length }
}

const publishedIn = async (store: ReleaseStore, tag: string) =>
  (await store.published()).find((release) => release.tag === tag)

/** What an earlier run had copied, as long as it is nothing but this release's. */
async function interrupted(source: Release, to: ReleaseStore): Promise<Draft | undefined> {
  for (const stale of await to.staleDrafts()) {
    if (stale.tag !== source.tag) continue
    const draft = await stale.resume()
    const foreign = draft.assets().some((one) => !source.assets.some((asset) => isSame(one, asset)))
    if (!foreign) return draft
    await draft.discard()
  }
  return undefined
}

/** Not the same as long as nobody knows the digest. */
const isSame = (one: Asset, other: Asset): boolean =>
  one.name === other.name &&
  one.bytes === other.bytes &&
  one.sha256 !== undefined &&
  one.sha256 === other.sha256

async function copyAsset(
  source: Release,
  asset: Asset,
  draft: Draft,
  scratch: string,
): Promise<Asset> {
  const directory = await mkdtemp(join(scratch, 'copy-'))
  try {
    const path = join(directory, 'asset')
    const saved = await source.receive(asset.name, (bytes) => saveIn(path, bytes))
    const { sha256 } = saved
    if (asset.sha256 !== undefined && asset.sha256 !== sha256) {
      throw damaged(asset.name, sha256, asset.sha256)
    }
    await draft.upload(asset.name, saved)
    return { ...asset, sha256 }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function assertSame(there: Release, expected: readonly Asset[]): void {
  const wrong = expected.filter((asset) => !there.assets.some((one) => isSame(one, asset)))
  const names = wrong.map(({ name }) => name)
  if (names.length > 0) throw new Error(`${names.join(', ')} there is not what was stored here`)
  if (there.assets.length > expected.length) throw new Error('there are more files than here')
}

const noSource = (tag: string, from: ReleaseStore) =>
  new Failure('NO_RECOVERY_POINT', `${from.place} has no published recovery point ${tag}.`, {
    hint: 'Name one that is there. Nothing was copied.',
  })

const damaged = (name: string, found: string, expected: string) =>
  new Failure('PART_DAMAGED', `${name} came with the digest ${found} instead of ${expected}.`, {
    hint: 'Nothing was copied. Drill this recovery point now, and export a new one.',
  })

const isOfTheSource = (error: unknown): boolean =>
  error instanceof Failure &&
  ['NO_RECOVERY_POINT', 'PART_DAMAGED', 'DOWNLOAD_FAILED', 'RECOVERY_POINT_INCOMPLETE'].includes(
    error.code,
  )

/** Told apart from a failed backup: there is one, and it is where it was. */
export const copyFailed = (
  tag: string,
  from: Pick<ReleaseStore, 'place'>,
  to: Pick<ReleaseStore, 'place'>,
  cause: unknown,
) =>
  new Failure(
    'COPY_FAILED',
    `${tag} is safe in ${from.place}, and has no whole copy in ${to.place}: ${messageOf(cause).replace(/\.$/, '')}.`,
    {
      hint: `${cause instanceof Failure ? `${ofACopy(cause.hint)} ` : ''}A later export copies it too, as soon as this run is known to have ended.`,
      cause,
    },
  )

/** The first copy is published, whatever a draft's own words are. */
const ofACopy = (hint: string) => hint.replace(`${unpublished} `, '')
