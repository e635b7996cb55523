import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Fault } from '@recovery-playbook/local-github'
import type { Release } from '../src/index.ts'
import { repository, type StoreOnGithub, storeOnGithub } from './github.ts'

const storage = { origin: 'asset', path: '/release-assets/**' } as const
const asking = { path: '/repos/*/*/releases/assets/*' } as const
const part = Buffer.alloc(200_000, 'sealed')

let opened: StoreOnGithub
let store: ReturnType<StoreOnGithub['storeFor']>
let release: Release
beforeEach(async () => {
  opened = await storeOnGithub()
  store = opened.storeFor(undefined, { standstill: 300 })
  const draft = await store.draft('backup-1', 'backup-1')
  await draft.upload('a.gpg', part)
  await draft.publish('')
  const [published] = await store.published()
  if (published === undefined) throw new Error('nothing is published')
  release = published
})
afterEach(async () => {
  await opened[Symbol.asyncDispose]()
})

const bytes = async () => Buffer.from(await release.download('a.gpg'))

test('the token that can read every backup never leaves GitHub for its storage', async () => {
  expect((await bytes()).equals(part)).toBe(true)
  const asked = opened.github.requests().slice(-2)
  expect(asked).toMatchObject([
    { origin: 'api', authorized: true, status: 302 },
    { origin: 'asset', authorized: false, status: 200 },
  ])
})

const html = '<html>'.padEnd(part.length + 1, ' ')
const passing: [string, Fault][] = [
  ['a connection that breaks before the first byte', { ...storage, kind: 'cut' }],
  ['a connection that breaks in the middle', { ...storage, kind: 'cut', afterBytes: 1000 }],
  ['a connection that hangs', { ...storage, kind: 'hang', afterBytes: 1000 }],
  ['a body that is too short', { ...storage, kind: 'short', afterBytes: 1000 }],
  ['a page of HTML', { ...storage, kind: 'status', status: 200, body: '<html>login</html>' }],
  ['a longer page of HTML', { ...storage, kind: 'status', status: 200, body: html }],
  ['a server error', { ...storage, kind: 'status', status: 503 }],
]

test.each(passing)('%s costs a restore one more try and nothing else', async (_, fault) => {
  opened.github.arm(fault)
  expect((await bytes()).equals(part)).toBe(true)
  expect(store.pauses).toEqual([1000])
})

test.each(passing)('%s for ever is a failed download, and no damaged backup', async (_, fault) => {
  opened.github.arm({ ...fault, times: 10 })
  await expect(bytes()).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining('a.gpg'),
    hint: expect.stringMatching(/start the (drill|job) again/),
  })
  expect(store.pauses).toEqual([1000, 4000, 16_000])
})

test('a slow line that moves is let finish, however long it takes', async () => {
  opened.github.arm({ ...storage, kind: 'slow', bytesPerSecond: 200_000 })
  const started = performance.now()
  expect((await bytes()).equals(part)).toBe(true)
  expect(performance.now() - started).toBeGreaterThan(3 * 300)
  expect(store.pauses).toEqual([])
})

test('a rate limit in the middle of a restore is waited for, and nothing is read twice', async () => {
  const headers = { 'retry-after': '10' }
  opened.github.arm({ ...asking, kind: 'status', status: 429, headers })
  expect((await bytes()).equals(part)).toBe(true)
  expect(store.pauses).toEqual([11_000])
})

test('a token that expires in the middle of a restore is named', async () => {
  opened.github.arm({ ...asking, kind: 'status', status: 401 })
  await expect(bytes()).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' })
})

test('a flipped bit comes through: only who knows the sealed digest can tell, and must compare', async () => {
  opened.github.arm({ ...storage, kind: 'damage', afterBytes: 1000 })
  const damaged = await bytes()
  expect(damaged).toHaveLength(part.length)
  expect(damaged.equals(part)).toBe(false)
})

test.each([
  [403, /permissions/],
  [404, /may not see it/],
])('a refused download (%d) is not tried again, and says what to mend', async (status, hint) => {
  opened.github.arm({ kind: 'status', path: '/repos/*/*/releases/assets/*', status, times: 10 })
  await expect(bytes()).rejects.toMatchObject({
    code: 'DOWNLOAD_FAILED',
    message: expect.stringContaining(`hand out a.gpg (${status})`),
    hint: expect.stringMatching(hint),
  })
  expect(store.pauses).toEqual([])
})

test('a file that somebody uploaded again as text or JSON is read as the bytes that it is', async () => {
  const { data } = await opened.request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...repository,
    tag: 'backup-1',
  })
  for (const type of ['application/json', 'text/plain; charset=utf-8']) {
    const name = `${type.slice(0, 4)}.json`
    const url = `${data.upload_url.replace(/\{.*/, '')}?name=${name}`
    const text = Buffer.from('{ "ü": 1 }')
    await opened.request(`POST ${url}`, {
      data: text,
      headers: { 'content-type': type, 'content-length': text.length },
    })
    const [published] = await store.published()
    expect(Buffer.from((await published?.download(name)) ?? []).equals(text)).toBe(true)
  }
})
