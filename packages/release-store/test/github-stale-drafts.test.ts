import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { Run } from '../src/index.ts'
import { repository, type StoreOnGithub, storeOnGithub } from './github.ts'

const hour = 3_600_000
const killed: Run = { repository: 'acme/journal', id: 7, attempt: 1 }
const own: Run = { repository: 'acme/journal', id: 8, attempt: 1 }

let now: number
let opened: StoreOnGithub
beforeEach(async () => {
  now = Date.parse('2026-11-24T12:00:00Z')
  opened = await storeOnGithub({ now: () => new Date(now) })
  const draft = await opened.storeFor(undefined, { run: killed }).draft('backup-1', 'x')
  await draft.upload('a.gpg', Buffer.from('a'))
})
afterEach(async () => {
  await opened[Symbol.asyncDispose]()
})

const stale = (token?: string) => opened.storeFor(token, { run: own }).staleDrafts()
const withoutActions = () => opened.github.issueToken({ contents: 'write' })

test('a draft says to people who made it, and that it is no recovery point', async () => {
  const { data } = await opened.request('GET /repos/{owner}/{repo}/releases', { ...repository })
  expect(data[0]?.body).toMatch(/^Run 7 of acme\/journal is writing this\..*no recovery point/)
})

test.each([
  ['queued again', { status: 'queued', runAttempt: 1 }, 0],
  ['running', { status: 'in_progress', runAttempt: 1 }, 0],
  ['ended', { status: 'completed', runAttempt: 1 }, 1],
  ['cancelled', { status: 'completed', conclusion: 'cancelled', runAttempt: 1 }, 1],
  ['run again', { status: 'in_progress', runAttempt: 2 }, 1],
])(
  'the draft of a run that is %s is judged by what GitHub says of the run',
  async (_, run, count) => {
    await opened.github.addWorkflowRun({ id: 7, ...run })
    now += 48 * hour
    expect(await stale()).toHaveLength(count)
  },
)

test('an attempt that GitHub does not show yet is not taken for the one before, which has ended', async () => {
  const second = { ...killed, attempt: 2 }
  const draft = await opened.storeFor(undefined, { run: second }).draft('backup-2', 'x')
  await opened.github.addWorkflowRun({ id: 7, status: 'completed', runAttempt: 1 })
  expect((await stale()).map(({ tag }) => tag)).toEqual(['backup-1'])
  await draft.discard()
})

test('where the run cannot be asked for, a draft is swept only when it is older than any job', async () => {
  await opened.github.addWorkflowRun({ id: 7, status: 'in_progress' })
  now += 6 * hour
  expect(await stale(withoutActions())).toEqual([])
  now += 1000
  expect(await stale(withoutActions())).toMatchObject([
    { tag: 'backup-1', reason: expect.stringContaining('since 2026-11-24T12:00:00') },
  ])
})

test('where the run cannot be asked for, a draft that still grows is not swept', async () => {
  const draft = await opened.storeFor(withoutActions(), { run: killed }).draft('backup-2', 'x')
  now += 5 * hour
  await draft.upload('b.gpg', Buffer.from('b'))
  now += 5 * hour
  expect((await stale(withoutActions())).map(({ tag }) => tag)).toEqual(['backup-1'])
})

test('GitHub’s clock decides what is old: a runner’s clock that is wrong by a year deletes nothing', async () => {
  // The store's own clock in these tests is today's, months away from this GitHub's.
  now += hour
  expect(await stale(withoutActions())).toEqual([])
})

test('an answer that fails, about the drafts or the run, sweeps nothing', async () => {
  for (const path of ['/releases[?]', 'actions/runs/']) {
    opened.github.arm({ kind: 'status', path, status: 500, times: 3 })
    await expect(stale()).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
  }
  expect(opened.github.requests().some(({ method }) => method === 'DELETE')).toBe(false)
})

test.each([
  ['no marker', 'Nightly, please keep'],
  ['a broken marker', '<!-- recovery-playbook draft {"tag": -->'],
  ['a marker without its run', '<!-- recovery-playbook draft {"tag":"x","since":"2020-01-01"} -->'],
])('a draft with %s is somebody else’s, and stays', async (_, body) => {
  const { data } = await opened.request('GET /repos/{owner}/{repo}/releases', { ...repository })
  await opened.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
    ...repository,
    release_id: data[0]?.id ?? 0,
    body,
  })
  await opened.github.addWorkflowRun({ id: 7 })
  now += 1000 * hour
  expect(await stale()).toEqual([])
})

test('somebody’s published release with our words in its notes is never taken for a draft', async () => {
  const { data } = await opened.request('GET /repos/{owner}/{repo}/releases', { ...repository })
  const [draft] = data
  await opened.github.addWorkflowRun({ id: 7 })
  const [listed] = await stale()
  await opened.request('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
    ...repository,
    release_id: draft?.id ?? 0,
    draft: false,
  })
  expect(await stale()).toEqual([])
  await expect(listed?.remove()).resolves.toBe(false)
  expect(await opened.storeFor().published()).toHaveLength(1)
})

test('a half-written part of a killed run is no part of what a later one goes on with', async () => {
  await opened.github.addWorkflowRun({ id: 7 })
  const uploads = { method: 'POST', origin: 'upload', path: 'assets$' } as const
  const { data } = await opened.request('GET /repos/{owner}/{repo}/releases', { ...repository })
  opened.github.arm({ ...uploads, kind: 'starter' })
  const url = data[0]?.upload_url.replace(/\{.*/, '') ?? ''
  const half = opened.request(`POST ${url}?name=b.gpg`, {
    data: Buffer.from('b'),
    headers: { 'content-length': 1 },
    request: { retries: 0 },
  })
  await expect(half).rejects.toMatchObject({ status: 502 })
  const draft = await (await stale())[0]?.resume()
  expect(draft?.assets().map(({ name }) => name)).toEqual(['a.gpg'])
  await draft?.upload('b.gpg', Buffer.from('b'))
  await draft?.publish('')
  const [release] = await opened.storeFor().published()
  expect(release?.assets.map(({ name }) => name)).toEqual(['a.gpg', 'b.gpg'])
})
