import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Fault } from '@recovery-playbook/local-github'
import type { Draft } from '../src/index.ts'
import { repository, type StoreOnGithub, storeOnGithub } from './github.ts'

const uploads = { method: 'POST', origin: 'upload', path: '/repos/*/*/releases/*/assets' } as const
const part = Buffer.from('sealed')
const tag = 'backup-2026-11-24-database'

let opened: StoreOnGithub
let store: ReturnType<StoreOnGithub['storeFor']>
let draft: Draft
beforeEach(async () => {
  opened = await storeOnGithub()
  // 300 ms stand for the hour that a hanging upload would take otherwise.
  store = opened.storeFor(undefined, () => AbortSignal.timeout(300))
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
  ['too many requests', { ...uploads, kind: 'status', status: 429 }],
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

test.each([
  [401, /token is wrong or has expired/],
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
