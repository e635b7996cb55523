import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { copyRecoveryPoint, directoryStore, prepareDirectory, type Run } from '../src/index.ts'
import { type StoreOnGithub, storeOnGithub } from './github.ts'

const tag = 'backup-2026-11-24-database'
const parts = ['a.0001.gpg', 'a.0002.gpg', 'a.0003.gpg', 'manifest.json']

let opened: StoreOnGithub
let root: string
let scratch: string
beforeEach(async () => {
  opened = await storeOnGithub()
  root = await mkdtemp(join(tmpdir(), 'mirror-'))
  scratch = await mkdtemp(join(tmpdir(), 'scratch-'))
  await prepareDirectory(root)
  const draft = await home().draft(tag, tag)
  for (const part of parts) await draft.upload(part, Buffer.from(`sealed ${part}`))
  await draft.publish('notes')
})
afterEach(async () => {
  await opened[Symbol.asyncDispose]()
  expect(await readdir(scratch)).toEqual([])
  for (const path of [root, scratch]) await rm(path, { recursive: true, force: true })
})

const home = () => opened.storeFor()
const mirror = (id = 8) => {
  const run: Run = { repository: 'acme/journal', id, attempt: 1 }
  const isOver = (other: Run) => Promise.resolve(other.id < id)
  return directoryStore(root, { now: () => new Date(), run, isOver })
}
const downloads = () => opened.github.requests().filter(({ origin }) => origin === 'asset').length

test('a copy outside of GitHub has the same files, byte for byte, and the same notes', async () => {
  const { url, copied } = await copyRecoveryPoint(home(), mirror(), tag, scratch)
  expect(copied).toBe(parts.length)
  const [release] = await mirror().published()
  expect(release).toMatchObject({ tag, url, notes: 'notes' })
  expect(release?.assets.map(({ name }) => name)).toEqual(parts)
  for (const part of parts) {
    expect(Buffer.from((await release?.download(part)) ?? []).toString()).toBe(`sealed ${part}`)
  }
})

test('a copy that is there already costs no download', async () => {
  await copyRecoveryPoint(home(), mirror(), tag, scratch)
  const before = downloads()
  await expect(copyRecoveryPoint(home(), mirror(), tag, scratch)).resolves.toMatchObject({
    copied: 0,
  })
  expect(downloads()).toBe(before)
})

test('a copy that was broken off goes on where it ended', async () => {
  opened.github.arm({
    kind: 'status',
    origin: 'asset',
    path: '.',
    occurrence: 3,
    times: 9,
    status: 503,
  })
  await expect(copyRecoveryPoint(home(), mirror(7), tag, scratch)).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
  })
  expect(await mirror().published()).toEqual([])
  opened.github.disarm()
  await expect(copyRecoveryPoint(home(), mirror(8), tag, scratch)).resolves.toMatchObject({
    copied: 2,
  })
  expect((await mirror().published())[0]?.assets.map(({ name }) => name)).toEqual(parts)
})

test('what was left of another recovery point of this name is thrown away, not mixed in', async () => {
  const draft = await mirror(7).draft(tag, tag)
  await draft.upload('a.0001.gpg', Buffer.from('of another export'))
  await draft.upload('z.gpg', Buffer.from('of another export'))
  await expect(copyRecoveryPoint(home(), mirror(8), tag, scratch)).resolves.toMatchObject({
    copied: 4,
  })
  expect(await readdir(join(root, 'drafts'))).toEqual([])
})

test('a copy that differs from what is stored here is found, even when it was made long ago', async () => {
  await copyRecoveryPoint(home(), mirror(), tag, scratch)
  await writeFile(join(root, 'releases', tag, 'a.0002.gpg'), 'short')
  await expect(copyRecoveryPoint(home(), mirror(), tag, scratch)).rejects.toMatchObject({
    code: 'COPY_FAILED',
    message: expect.stringMatching(/is safe in acme\/journal, .*a\.0002\.gpg/),
  })
})

test('where the mirror fails, the user hears that the backup itself is safe', async () => {
  await rm(join(root, 'recovery-playbook-store.json'))
  await expect(copyRecoveryPoint(home(), mirror(), tag, scratch)).rejects.toMatchObject({
    code: 'COPY_FAILED',
    message: expect.stringContaining(
      `${tag} is safe in acme/journal, and has no whole copy in ${root}`,
    ),
    hint: expect.stringContaining('Is the disk mounted'),
  })
  expect(await home().published()).toHaveLength(1)
})

test('a part that is damaged here is not called safe, and is not copied', async () => {
  opened.github.arm({ kind: 'damage', origin: 'asset', path: '.', afterBytes: 2 })
  await expect(copyRecoveryPoint(home(), mirror(), tag, scratch)).rejects.toMatchObject({
    code: 'PART_DAMAGED',
    // Four come at once: whichever was first.
    message: expect.stringMatching(/^(a\.000\d\.gpg|manifest\.json) came with/),
  })
  expect(await mirror().published()).toEqual([])
})

test('what is not there cannot be copied, and nothing is made there', async () => {
  await expect(copyRecoveryPoint(home(), mirror(), 'backup-none', scratch)).rejects.toMatchObject({
    code: 'NO_RECOVERY_POINT',
  })
  expect(await readdir(join(root, 'drafts'))).toEqual([])
})

test('a copy comes back: from the mirror into an empty repository', async () => {
  await copyRecoveryPoint(home(), mirror(), tag, scratch)
  await using lost = await storeOnGithub()
  await copyRecoveryPoint(mirror(), lost.storeFor(), tag, scratch)
  const [release] = await lost.storeFor().published()
  expect(release?.assets.map(({ name }) => name).toSorted()).toEqual(parts)
})
