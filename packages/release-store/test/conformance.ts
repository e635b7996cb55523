import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Draft, ReleaseStore, Run } from '../src/index.ts'

/** An empty store, and what other hands can do to it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ReleaseStore
  /** The same one, as another run of the same repository's workflow sees it. */
  storeOf(run: Run): ReleaseStore
  /** A run that has ended, and one that has not. */
  readonly runs: { readonly ended: Run; readonly going: Run }
  /** Removes an asset of a draft or of a published release, by name. */
  removeAsset(name: string): Promise<void>
  /** Puts an asset into the newest draft. */
  addAsset(name: string, bytes: Uint8Array): Promise<void>
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** What every store of recovery points has to keep, whatever it is made of. */
export function describeReleaseStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let tested: StoreUnderTest
    beforeAll(async () => {
      tested = await open()
    })
    afterAll(async () => {
      await tested[Symbol.asyncDispose]()
    })

    let count = 0
    const newDraft = async (assets: Record<string, string>): Promise<[string, Draft]> => {
      count += 1
      const tag = `backup-2026-11-24-${count}`
      const draft = await tested.store.draft(tag, tag)
      for (const [asset, text] of Object.entries(assets)) {
        await draft.upload(asset, Buffer.from(text))
      }
      return [tag, draft]
    }
    const pruning = { isRecoveryPoint: () => true, pruneTag: false }
    const later = (): Run => ({ ...tested.runs.going, id: 900_001 })
    const find = async (tag: string) =>
      (await tested.store.published()).find((release) => release.tag === tag)

    test('no restore ever sees a half-made backup: a draft is invisible until it is published', async () => {
      const [tag, draft] = await newDraft({ 'a.gpg': 'a' })
      expect(await find(tag)).toBeUndefined()
      await draft.publish('notes for people')
      expect(await find(tag)).toMatchObject({ tag, notes: 'notes for people' })
    })

    test('what was stored comes back byte for byte, with its size and digest', async () => {
      const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
      const [tag, draft] = await newDraft({})
      const stored = await draft.upload('a.gpg', bytes)
      expect(stored).toMatchObject({ name: 'a.gpg', bytes: bytes.length, sha256: sha256(bytes) })
      await draft.publish('')
      const release = await find(tag)
      expect(release?.assets).toEqual([stored])
      expect(Buffer.from((await release?.download('a.gpg')) ?? []).equals(bytes)).toBe(true)
    })

    test('a part that is too large for memory is stored from a file, and comes back as a stream', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'asset-'))
      try {
        const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 241))
        const path = join(directory, 'sealed')
        await writeFile(path, bytes)
        const [tag, draft] = await newDraft({})
        const file = { path, bytes: bytes.length, sha256: sha256(bytes) }
        const stored = await draft.upload('a.gpg', file)
        expect(stored).toMatchObject({ name: 'a.gpg', bytes: bytes.length, sha256: sha256(bytes) })
        const drafted = await draft.receive('a.gpg', buffer)
        await expect(draft.receive('b.gpg', buffer)).rejects.toThrow('lacks b.gpg')
        await draft.publish('')
        const published = await (await find(tag))?.receive('a.gpg', buffer)
        expect([drafted, published].map((copy) => copy?.equals(bytes))).toEqual([true, true])
      } finally {
        await rm(directory, { recursive: true })
      }
    })

    test('RESTORE.md lists the files in order: a draft gives its assets sorted by name', async () => {
      const [, draft] = await newDraft({ 'b.0002.gpg': '2', 'a.0001.gpg': '1', 'b.0001.gpg': '1' })
      expect(draft.assets().map((asset) => asset.name)).toEqual([
        ...['a.0001.gpg', 'b.0001.gpg', 'b.0002.gpg'],
      ])
    })

    test('a backup that lost a part before it was published is not published', async () => {
      const [tag, draft] = await newDraft({ 'kept.gpg': 'a', 'lost.gpg': 'b' })
      await tested.removeAsset('lost.gpg')
      await expect(draft.publish('')).rejects.toMatchObject({
        code: 'UPLOAD_FAILED',
        message: expect.stringContaining('lost.gpg'),
        hint: expect.stringContaining('Nothing was published'),
      })
      expect(await find(tag)).toBeUndefined()
    })

    test('a backup with a file that somebody slipped in is not published', async () => {
      const [tag, draft] = await newDraft({ 'own.gpg': 'a' })
      await tested.addAsset('foreign.gpg', Buffer.from('x'))
      await expect(draft.publish('')).rejects.toMatchObject({
        code: 'UPLOAD_FAILED',
        message: expect.stringContaining('foreign.gpg'),
      })
      expect(await find(tag)).toBeUndefined()
    })

    test('a failed export leaves nothing: a discarded draft and its assets are gone', async () => {
      const [tag, draft] = await newDraft({ 'a.gpg': 'a' })
      await draft.discard()
      await expect(draft.upload('b.gpg', Buffer.from('b'))).rejects.toThrow('b.gpg')
      await expect(draft.publish('')).rejects.toThrow(tag)
      expect(await find(tag)).toBeUndefined()
    })

    test('what is stored already is stored once: the same part again changes nothing', async () => {
      const [tag, draft] = await newDraft({ 'a.gpg': 'a' })
      await draft.upload('a.gpg', Buffer.from('a'))
      expect(draft.assets()).toHaveLength(1)
      await draft.publish('')
      expect((await find(tag))?.assets.map(({ name }) => name)).toEqual(['a.gpg'])
    })

    test('two exports at the same time both end well, each with its own files', async () => {
      const [[one, first], [two, second]] = await Promise.all([
        newDraft({ 'a.gpg': 'one' }),
        newDraft({ 'a.gpg': 'two' }),
      ])
      await Promise.all([first.publish('1'), second.publish('2')])
      for (const [tag, text] of [
        [one, 'one'],
        [two, 'two'],
      ] as const) {
        const release = await find(tag)
        expect(Buffer.from((await release?.download('a.gpg')) ?? []).toString()).toBe(text)
      }
    })

    test('of two exports under one tag the first stays as it is, and the second is told to draw another', async () => {
      const [tag, first] = await newDraft({ 'a.gpg': 'first' })
      const second = await tested.store.draft(tag, tag)
      await second.upload('a.gpg', Buffer.from('second'))
      await first.publish('first')
      await expect(second.publish('second')).rejects.toMatchObject({
        code: 'TAG_SPENT',
        message: expect.stringContaining(tag),
        hint: expect.stringContaining('another name'),
      })
      await second.discard()
      const release = await find(tag)
      expect(release?.notes).toBe('first')
      expect(Buffer.from((await release?.download('a.gpg')) ?? []).toString()).toBe('first')
    })

    test('pruning deletes the recovery point that it is to delete, and no other', async () => {
      const [doomed, one] = await newDraft({ 'a.gpg': 'a' })
      const [kept, other] = await newDraft({ 'a.gpg': 'a' })
      await one.publish('')
      await other.publish('')
      await expect(tested.store.remove(doomed, pruning)).resolves.toBe(true)
      expect(await find(doomed)).toBeUndefined()
      expect(await find(kept)).toBeDefined()
      await expect(tested.store.remove(doomed, pruning)).resolves.toBe(false)
    })

    test('pruning never deletes what the caller does not know to be a recovery point', async () => {
      const [tag, draft] = await newDraft({ 'program.zip': 'a' })
      await draft.publish('')
      const isRecoveryPoint = ({ assets }: { assets: readonly { name: string }[] }) =>
        assets.some(({ name }) => name === 'manifest.json')
      await expect(tested.store.remove(tag, { ...pruning, isRecoveryPoint })).rejects.toMatchObject(
        {
          code: 'NOT_A_RECOVERY_POINT',
          message: expect.stringContaining(tag),
        },
      )
      expect(await find(tag)).toBeDefined()
    })

    test('pruning a draft is impossible: another run may be writing it', async () => {
      const [tag, draft] = await newDraft({ 'a.gpg': 'a' })
      await expect(tested.store.remove(tag, pruning)).resolves.toBe(false)
      await draft.publish('')
      expect(await find(tag)).toBeDefined()
    })

    test('what a killed run left behind is swept by a later one', async () => {
      const { ended } = tested.runs
      const killed = await tested.storeOf(ended).draft('backup-killed', 'x')
      await killed.upload('a.gpg', Buffer.from('a'))
      const stale = await tested.storeOf(later()).staleDrafts()
      expect(stale).toMatchObject([{ tag: 'backup-killed', madeBy: ended }])
      expect(stale[0]?.reason).toContain(String(ended.id))
      await expect(stale[0]?.remove()).resolves.toBe(true)
      await expect(killed.publish('')).rejects.toThrow('backup-killed')
      expect(await tested.storeOf(later()).staleDrafts()).toEqual([])
    })

    test('a draft that another run is still writing is never swept', async () => {
      const { going } = tested.runs
      const draft = await tested.storeOf(going).draft('backup-going', 'x')
      await draft.upload('a.gpg', Buffer.from('a'))
      expect(await tested.storeOf(later()).staleDrafts()).toEqual([])
      await draft.publish('')
      expect(await find('backup-going')).toBeDefined()
    })

    test('a run never sweeps its own draft, nor that of a job beside it; its next attempt does', async () => {
      const { going } = tested.runs
      const draft = await tested.storeOf(going).draft('backup-attempt', 'x')
      expect(await tested.storeOf(going).staleDrafts()).toEqual([])
      const again = { ...going, attempt: going.attempt + 1 }
      expect(await tested.storeOf(again).staleDrafts()).toMatchObject([{ tag: 'backup-attempt' }])
      await draft.discard()
    })

    test('drafts of another application, and drafts that nobody signed, are not ours to sweep', async () => {
      const { ended } = tested.runs
      const other = await tested.storeOf({ ...ended, repository: 'acme/other' }).draft('b-1', 'x')
      const [, unsigned] = await newDraft({ 'a.gpg': 'a' })
      expect(await tested.storeOf(later()).staleDrafts()).toEqual([])
      expect(await tested.store.staleDrafts()).toEqual([])
      await Promise.all([other.discard(), unsigned.discard()])
    })

    test('a draft that was published after it was listed as stale is not deleted', async () => {
      const draft = await tested.storeOf(tested.runs.ended).draft('backup-late', 'x')
      await draft.upload('a.gpg', Buffer.from('a'))
      const [stale] = await tested.storeOf(later()).staleDrafts()
      await draft.publish('')
      await expect(stale?.remove()).resolves.toBe(false)
      expect(await find('backup-late')).toBeDefined()
    })

    test('a later run goes on with a killed one’s draft, and sends nothing twice', async () => {
      const killed = await tested.storeOf(tested.runs.ended).draft('backup-resumed', 'x')
      await killed.upload('a.gpg', Buffer.from('a'))
      const [stale] = await tested.storeOf(later()).staleDrafts()
      const draft = await stale?.resume()
      expect(draft?.assets()).toMatchObject([{ name: 'a.gpg', sha256: sha256(Buffer.from('a')) }])
      // It is somebody's again.
      expect(await tested.storeOf({ ...later(), id: 900_002 }).staleDrafts()).toEqual([])
      await draft?.upload('b.gpg', Buffer.from('b'))
      await draft?.publish('')
      expect((await find('backup-resumed'))?.assets.map(({ name }) => name)).toEqual([
        ...['a.gpg', 'b.gpg'],
      ])
    })

    test('a part that is not there is said to make the recovery point incomplete', async () => {
      const [tag, draft] = await newDraft({ 'a.gpg': 'a' })
      await draft.publish('')
      const release = await find(tag)
      await expect(release?.download('b.gpg')).rejects.toMatchObject({
        code: 'RECOVERY_POINT_INCOMPLETE',
        message: `${tag} lacks b.gpg.`,
      })
    })

    test('a part that vanished after the listing fails the download by name', async () => {
      const [tag, draft] = await newDraft({ 'vanished.gpg': 'a' })
      await draft.publish('')
      const release = await find(tag)
      await tested.removeAsset('vanished.gpg')
      await expect(release?.download('vanished.gpg')).rejects.toMatchObject({
        code: 'DOWNLOAD_FAILED',
        message: expect.stringContaining('vanished.gpg'),
      })
    })
  })
}
