import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Fault } from '@recovery-playbook/local-github'
import type { Draft } from '../src/index.ts'
import { type PatientStore, repository, type StoreOnGithub, storeOnGithub } from './github.ts'

const uploads = { method: 'POST', origin: 'upload', path: '/repos/*/*/releases/*/assets' } as const
const part = Buffer.from('sealed')
const tag = 'backup-2026-11-24-database'

let opened: StoreOnGithub
let store: PatientStore
let draft: Draft
beforeEach(async () => {
  opened = await storeOnGithub()
  // 300 ms stand for the hour that a hanging upload would take otherwise.
  store = opened.storeFor(undefined, { standstill: 300 })
  draft = await store.draft(tag, tag)
})
afterEach(async () => {
  await opened[Symbol.asyncDispose]()
})

const assets = async () => {
  const { data } = await opened.request('GET /repos/{owner}/{repo}/releases', { ...repository })
  return data.flatMap((release) => release.assets.map(({ name, state }) => `${name} ${state}`))
}

const passing: [string, Fault][] = [
  ['a digest that is not the part’s', { ...uploads, kind: 'wrong-digest' }],
  ['a size that is not the part’s', { ...uploads, kind: 'wrong-size' }],
  ['an asset left as a starter', { ...uploads, kind: 'starter' }],
  ['a server error', { ...uploads, kind: 'status', status: 500 }],
  ['a bad gateway', { ...uploads, kind: 'status', status: 502 }],
  ['a page of HTML', { ...uploads, kind: 'status', status: 200, body: '<html>login</html>' }],
  ['a connection that breaks', { ...uploads, kind: 'cut', afterBytes: 3 }],
  ['a connection that hangs', { ...uploads, kind: 'hang', afterBytes: 3 }],
  ['an answer that is lost', { ...uploads, kind: 'cut', applied: true }],
]

test.each(passing)('%s costs the user one more try and no backup', async (_, fault) => {
  opened.github.arm(fault)
  await expect(draft.upload('a.gpg', part)).resolves.toMatchObject({ name: 'a.gpg', bytes: 6 })
  expect(store.pauses).toEqual([1000])
  expect(await assets()).toEqual(['a.gpg uploaded'])
})

const lasting = passing.filter(([name]) => name !== 'an answer that is lost')
test.each(lasting)(
  '%s for ever fails the upload, and its message names the part',
  async (_, fault) => {
    opened.github.arm({ ...fault, times: 10 })
    const failure: unknown = await draft.upload('a.gpg', part).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      code: expect.stringMatching(/^(UPLOAD_FAILED|GITHUB_REFUSED)$/),
      message: expect.stringContaining('a.gpg'),
      hint: expect.stringMatching(/start the job again/),
    })
    expect(store.pauses).toEqual([1000, 4000, 16_000])
  },
)

test('a part that GitHub would rename is refused instead of being lost under another name', async () => {
  await expect(draft.upload('a part.gpg', part)).rejects.toMatchObject({
    code: 'UPLOAD_FAILED',
    message: 'a part.gpg was stored as a.part.gpg.',
  })
})

test('a part whose answer was lost is not sent a second time', async () => {
  opened.github.arm({ ...uploads, kind: 'cut', applied: true })
  await draft.upload('a.gpg', part)
  expect(opened.github.requests().filter(({ origin }) => origin === 'upload')).toHaveLength(1)
})

test('a part that is there already with the right digest is taken as it is', async () => {
  await uploadByHand('a.gpg', part)
  await expect(draft.upload('a.gpg', part)).resolves.toMatchObject({ name: 'a.gpg', bytes: 6 })
  expect(await assets()).toEqual(['a.gpg uploaded'])
})

test('a part that somebody else put there is neither taken nor overwritten', async () => {
  await uploadByHand('a.gpg', Buffer.from('theirs'))
  await expect(draft.upload('a.gpg', part)).rejects.toMatchObject({
    code: 'UPLOAD_FAILED',
    message: expect.stringMatching(
      /^a\.gpg was there before this run stored it: its stored digest/,
    ),
  })
  expect(await assets()).toEqual(['a.gpg uploaded'])
})

test('a slow line that moves is let finish, however long it takes', async () => {
  const patient = opened.storeFor(undefined, { standstill: 1500 })
  const slow = await patient.draft('backup-slow', 'x')
  opened.github.arm({ ...uploads, kind: 'slow', bytesPerSecond: 10 * 1024 ** 2 })
  const started = performance.now()
  await slow.upload('slow.gpg', Buffer.alloc(40 * 1024 ** 2, 'sealed'))
  expect(performance.now() - started).toBeGreaterThan(2 * 1500)
  expect(patient.pauses).toEqual([])
})

test('a line that stands still in the middle of a part costs its patience and no more', async () => {
  const patient = opened.storeFor(undefined, { standstill: 4000 })
  const stuck = await patient.draft('backup-stuck', 'x')
  const large = Buffer.alloc(24 * 1024 ** 2, 'sealed')
  opened.github.arm({ ...uploads, kind: 'hang', afterBytes: 1024 ** 2 })
  const started = performance.now()
  await stuck.upload('large.gpg', large)
  expect(performance.now() - started).toBeLessThan(12_000)
  expect(patient.pauses).toEqual([1000])
  expect(await assets()).toEqual(['large.gpg uploaded'])
})

test('an upload that waits an hour for its turn is not taken for one that stands still', async () => {
  opened.github.arm({ ...uploads, kind: 'status', status: 403, headers: { 'retry-after': '3600' } })
  await expect(draft.upload('a.gpg', part)).resolves.toMatchObject({ name: 'a.gpg' })
  expect(store.pauses).toEqual([3_601_000])
  expect(store.told).toEqual([expect.stringContaining('3601 s')])
})

test('a token that expires between two parts is named, and nothing is sent again and again', async () => {
  opened.github.arm({ ...uploads, kind: 'status', status: 401, times: 10 })
  await expect(draft.upload('a.gpg', part)).rejects.toMatchObject({
    code: 'TOKEN_EXPIRED',
    hint: expect.stringContaining('outlives the job'),
  })
  expect(opened.github.requests().filter(({ origin }) => origin === 'upload')).toHaveLength(1)
})

async function uploadByHand(name: string, data: Buffer): Promise<void> {
  const { data: releases } = await opened.request('GET /repos/{owner}/{repo}/releases', {
    ...repository,
  })
  const url = releases[0]?.upload_url.replace(/\{.*/, '') ?? ''
  const headers = { 'content-length': data.length }
  await opened.request(`POST ${url}?name=${name}`, { data, headers })
}

test.each([
  [403, /contents: write/],
  [404, /token may not see it/],
])('a refusal (%d) is not tried again, and says what to mend', async (status, hint) => {
  opened.github.arm({ ...uploads, kind: 'status', status, times: 10 })
  await expect(draft.upload('a.gpg', part)).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining(`refused to store a.gpg (${status})`),
    hint: expect.stringMatching(hint),
  })
  expect(store.pauses).toEqual([])
  expect(opened.github.requests().filter(({ origin }) => origin === 'upload')).toHaveLength(1)
})

test('a token without contents: write is told so before anything is dumped', async () => {
  const reader = opened.storeFor(opened.github.issueToken({ contents: 'read' }))
  await expect(reader.draft('backup-2026-11-24-x', 'x')).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining('backup-2026-11-24-x (403)'),
    hint: expect.stringContaining('contents: write'),
  })
})

test('wreckage that cannot be removed fails the upload with the part’s name, not with a stack', async () => {
  opened.github.arm({ ...uploads, kind: 'starter', times: 10 })
  opened.github.arm({ kind: 'status', method: 'DELETE', path: '/assets/', status: 403, times: 10 })
  await expect(draft.upload('a.gpg', part)).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining('a.gpg'),
  })
})
