import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Draft, ReleaseStore } from '../src/index.ts'

/** An empty store, and what other hands can do to it. */
export interface StoreUnderTest extends AsyncDisposable {
  readonly store: ReleaseStore
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
