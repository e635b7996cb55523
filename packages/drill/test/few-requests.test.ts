import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Manifest, renderManifest } from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import { type StoreOnGithub, storeOnGithub } from '../../release-store/test/github.ts'
import { findRecoveryPoint } from '../src/find-recovery-point.ts'
import { judgeKeys } from '../src/held-keys.ts'
import { lastProved } from '../src/last-proved.ts'

const subject = { repository: 'acme/journal', database: 'default' }
const points = 28
const tagOf = (index: number) => `backup-2026-11-24-${index}`

const part = 'database.dump.zst.0001.gpg'

const manifest = (index: number): Omit<Manifest, 'format'> => ({
  tag: tagOf(index),
  ...subject,
  commit: 'b'.repeat(40),
  snapshotAt: new Date(Date.UTC(2026, 0, index)).toISOString(),
  previous: null,
  run: { id: '1', attempt: '1' },
  postgres: { major: 15, server: '15.1', pgDump: '15.1' },
  sealedFor: { passphrase: true, keyIds: [] },
  databaseBytes: 1,
  members: [
    {
      ...{ name: 'database.dump', encoding: 'zstd', bytes: 4 },
      parts: [{ name: part, bytes: 4, sha256: 'a'.repeat(64) }],
    },
  ],
})

let opened: StoreOnGithub
beforeAll(async () => {
  opened = await storeOnGithub()
  for (let index = 1; index <= points; index += 1) {
    const draft = await opened.storeFor().draft(tagOf(index), tagOf(index))
    await draft.upload(part, Buffer.from('part'))
    await draft.upload('key-check.gpg', Buffer.from(`words ${index}`))
    await draft.upload('manifest.json', Buffer.from(renderManifest(manifest(index))))
    await draft.publish('')
  }
})
afterAll(async () => {
  await opened[Symbol.asyncDispose]()
})

const downloads = () => opened.github.requests().filter(({ origin }) => origin === 'asset').length

test('a year of recovery points does not use up an hour’s requests: the newest 20 are tried', async () => {
  const before = downloads()
  const open = (bytes: Uint8Array) =>
    Buffer.from(bytes).toString() === `words ${points - 3}`
      ? Promise.reject(new Failure('CANNOT_OPEN', 'no', { hint: '' }))
      : Promise.resolve(bytes)
  const check = await judgeKeys(opened.storeFor(), subject, { open })
  expect(check.detail).toContain(
    `Of the newest 20, not opened by what is held today: ${tagOf(points - 3)}`,
  )
  expect(downloads() - before).toBe(40)
})

test('where nothing is proved, the newest 20 before a drilled one are asked for, and no later ones', async () => {
  const current = await findRecoveryPoint(opened.storeFor(), subject, tagOf(points - 4))
  const before = downloads()
  const asked: string[] = []
  const proofOf = (tag: string) => {
    asked.push(tag)
    return Promise.reject(new Failure('NOT_PROVED', 'no', { hint: '' }))
  }
  const opener = { open: () => Promise.reject(new Error('nothing is opened')) } as never
  const history = { store: opened.storeFor(), subject, opener, directory: '/nowhere', proofOf }
  expect(await lastProved(history, current)).toBeUndefined()
  expect(asked).toContain(tagOf(points - 5))
  // GitHub's times have whole seconds: of those 20 some may be the later ones of the same second.
  expect(asked.length).toBeGreaterThanOrEqual(15)
  const later = [0, 1, 2, 3, 4].map((before) => tagOf(points - before))
  expect(asked.filter((tag) => later.includes(tag))).toEqual([])
  expect(downloads() - before).toBe(20)
})
