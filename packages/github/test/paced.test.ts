import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { expiryWarning, paced, pacedPerToken, type PacedRequest } from '../src/index.ts'

const repository = { owner: 'acme', repo: 'journal' }
const path = '/repos/acme/journal'
const start = new Date('2026-11-24T12:00:00Z')

let directory: string
let github: LocalGithub
/** GitHub's clock and ours: it goes on while somebody waits. */
let time: number
let pauses: number[]
let told: string[]

const open = async (settings: object = {}) => {
  await github.close()
  github = await startLocalGithub({ directory, now: () => new Date(time), ...settings })
}

beforeEach(async () => {
  time = start.getTime()
  pauses = []
  told = []
  directory = await mkdtemp(join(tmpdir(), 'paced-'))
  github = await startLocalGithub({ directory, now: () => new Date(time) })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const clock = {
  now: () => new Date(time),
  sleep: (milliseconds: number) => {
    pauses.push(milliseconds)
    time += milliseconds
    return Promise.resolve()
  },
}

const client = (token = github.token): PacedRequest =>
  paced(githubClient(token, github.apiUrl), clock, (line) => told.push(line))
const look = (request: PacedRequest) => request('GET /repos/{owner}/{repo}', { ...repository })
const tag = (request: PacedRequest, index: number) =>
  request('POST /repos/{owner}/{repo}/releases', {
    ...repository,
    tag_name: `t${index}`,
    draft: true,
  })
const refused = () => github.requests().filter(({ status }) => status === 403 || status === 429)

test('a backup of many parts is never refused for its pace: 80 a minute and 500 an hour', async () => {
  await open({ rateLimit: 10_000, secondaryLimits: { perMinute: 80, perHour: 500 } })
  const request = client()
  const { data } = await tag(request, 0)
  const route = 'PATCH /repos/{owner}/{repo}/releases/{release_id}'
  for (let index = 1; index < 520; index += 1) {
    await request(route, { ...repository, release_id: data.id, name: `${index}` })
  }
  expect(refused()).toEqual([])
  expect(time - start.getTime()).toBeGreaterThan(60 * 60_000)
  expect(time - start.getTime()).toBeLessThan(61 * 60_000)
  expect(told.at(-1)).toMatch(/^[0-9.]+ s until GitHub’s limit allows/)
})

test('uploads side by side share one allowance, and keep to it together', async () => {
  await open({ secondaryLimits: { perMinute: 80, perHour: 500 } })
  /** Time goes on only when what was sent before is answered. */
  const sleep = async (milliseconds: number) => {
    const until = time + milliseconds
    while (github.requests().filter(({ status }) => status === 201).length < 80) await after(10)
    time = Math.max(time, until)
  }
  const request = paced(githubClient(github.token, github.apiUrl), { ...clock, sleep })
  await Promise.all(Array.from({ length: 90 }, (_, index) => tag(request, index)))
  expect(refused()).toEqual([])
  expect(time - start.getTime()).toBe(65_000)
})

test('a token that writes to several stores has one allowance for all of them', async () => {
  await open({ rateLimit: 10_000, secondaryLimits: { perMinute: 80, perHour: 500 } })
  await github.addRepository('acme/mirror', { private: true })
  const token = github.issueToken({ contents: 'write' }, { repository: 'acme/mirror' })
  const requestFor = pacedPerToken((one) => githubClient(one, github.apiUrl), clock)
  for (let index = 0; index < 90; index += 1) {
    const request = requestFor(token)
    await request('POST /repos/{owner}/{repo}/releases', {
      ...{ owner: 'acme', repo: 'mirror', tag_name: `t${index}`, draft: true },
    })
  }
  expect(refused()).toEqual([])
  // The other token has an allowance of its own.
  const before = time
  await tag(requestFor(github.token), 1)
  expect(time).toBe(before)
})

test('looking is not creating: a long listing waits for nothing', async () => {
  const request = client()
  for (let index = 0; index < 100; index += 1) await look(request)
  expect(pauses).toEqual([])
})

test.each([403, 429])(
  'after a secondary limit (%d) a job waits as long as GitHub asks, says so, and goes on',
  async (status) => {
    github.arm({ kind: 'status', path, status, headers: { 'retry-after': '58' } })
    await expect(look(client())).resolves.toMatchObject({ status: 200 })
    expect(pauses).toEqual([59_000])
    expect(told).toEqual([expect.stringContaining('waiting 59 s')])
  },
)

test('while GitHub wants to be left alone, no other request of the job bothers it', async () => {
  let over = false
  const request = paced(githubClient(github.token, github.apiUrl), {
    ...clock,
    sleep: async (milliseconds) => {
      while (!over) await after(10)
      await clock.sleep(milliseconds)
    },
  })
  github.arm({ kind: 'status', path, status: 429, headers: { 'retry-after': '58' } })
  const first = look(request)
  while (refused().length === 0) await after(10)
  // The refusal is on its way to the client.
  await after(100)
  const second = look(request)
  await after(200)
  expect(github.requests()).toHaveLength(1)
  over = true
  await Promise.all([first, second])
  expect(github.requests()).toHaveLength(3)
})

test('an hour’s requests used up: the job waits for the reset, by GitHub’s clock, and goes on', async () => {
  await open({ rateLimit: 3 })
  const request = client()
  for (let index = 0; index < 3; index += 1) await look(request)
  time += 20 * 60_000
  await expect(look(request)).resolves.toMatchObject({ status: 200 })
  expect(pauses).toEqual([40 * 60_000 + 1000])
})

test('without a word on how long, a job waits a minute, then two, and so on, and not for ever', async () => {
  github.arm({ kind: 'status', path, status: 429, times: 100 })
  await expect(look(client())).rejects.toMatchObject({ status: 429 })
  expect(pauses).toEqual([60_000, 120_000, 240_000, 480_000])
})

test('nobody waits half a day inside a job', async () => {
  github.arm({ kind: 'status', path, status: 429, headers: { 'retry-after': '43200' }, times: 9 })
  await expect(look(client())).rejects.toMatchObject({ status: 429 })
  expect(pauses).toEqual([])
})

test('a missing permission is not taken for a rate limit', async () => {
  const request = client(github.issueToken({ contents: 'read' }))
  await expect(tag(request, 1)).rejects.toMatchObject({ status: 403 })
  expect(pauses).toEqual([])
})

test('a token that expires in the middle of a job is named as such', async () => {
  const expiresAt = new Date(start.getTime() + 60_000)
  const request = client(github.issueToken({ contents: 'write' }, { expiresAt }))
  await look(request)
  time += 120_000
  await expect(look(request)).rejects.toMatchObject({
    code: 'TOKEN_EXPIRED',
    message: expect.stringContaining('expired or was revoked'),
    hint: expect.stringContaining('outlives the job'),
  })
})

test('a token that was wrong from the beginning is not said to have expired in the middle', async () => {
  await expect(look(client('ghs_nobody'))).rejects.toMatchObject({ status: 401 })
})

test('a token that will expire is known before it does', async () => {
  const expiresAt = new Date('2026-12-04T08:15:00Z')
  const request = client(github.issueToken({ contents: 'write' }, { expiresAt }))
  expect(request.tokenExpiry()).toBeUndefined()
  await look(request)
  expect(request.tokenExpiry()).toEqual(expiresAt)
  const warningAt = (now: Date) => expiryWarning(request.tokenExpiry(), 'token', now)
  expect(warningAt(start)).toContain(`'token' expires at 2026-12-04T08:15:00.000Z`)
  expect(warningAt(new Date('2026-11-01T00:00:00Z'))).toBeUndefined()
})

test('a token without an expiry, and a date that nobody can read, are no reason to warn or to fail', async () => {
  const request = client()
  await look(request)
  expect(expiryWarning(request.tokenExpiry(), 'token', start)).toBeUndefined()
  const headers = (text: string) => ({ 'github-authentication-token-expiration': text })
  github.arm({ kind: 'delay', delayMs: 0, path, headers: headers('soon') })
  await look(request)
  expect(request.tokenExpiry()).toBeUndefined()
  github.arm({ kind: 'delay', delayMs: 0, path, headers: headers('2026-12-04 10:15:00 +0200') })
  await look(request)
  expect(request.tokenExpiry()).toEqual(new Date('2026-12-04T08:15:00Z'))
})

test('a cancelled job still removes what it made, although nothing waits any more', async () => {
  const cancelled = {
    now: clock.now,
    sleep: () => Promise.reject(new Error('cancelled')),
  }
  const request = paced(githubClient(github.token, github.apiUrl), cancelled)
  const { data } = await tag(request, 1)
  github.arm({ kind: 'status', path, status: 429 })
  await expect(look(request)).rejects.toThrow('cancelled')
  await request('DELETE /repos/{owner}/{repo}/releases/{release_id}', {
    ...repository,
    release_id: data.id,
  })
  expect(github.requests().at(-1)).toMatchObject({ method: 'DELETE', status: 204 })
})
