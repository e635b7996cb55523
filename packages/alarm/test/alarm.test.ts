import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { bothLookFirst, heldClient } from '../../local-github/test/held-client.ts'
import {
  type AlarmSubject,
  markerOf,
  notTold,
  raiseAlarm,
  resolveAlarms,
  setCommitStatus,
} from '../src/index.ts'

let directory: string
let github: LocalGithub
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'alarm-'))
  github = await startLocalGithub({ directory })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const repository = { owner: 'acme', repo: 'journal' }
const subject: AlarmSubject = { database: 'default', scenario: 'database-restore' }
const texts = { title: 'It fails', body: 'Now', comment: 'Again', snapshotAt: undefined }
const older = '2026-11-23T03:00:00.000Z'
const newer = '2026-11-24T03:00:00.000Z'

const client = (token = github.token) => heldClient(token, github.apiUrl)

const raise = (of = subject, more = {}) =>
  raiseAlarm(client(), repository, of, { ...texts, ...more })
const resolve = (of = subject, snapshotAt = newer) =>
  resolveAlarms(client(), repository, of, 'Proved', snapshotAt)

async function issues(state: 'open' | 'closed' | 'all' = 'all') {
  const { data } = await client()('GET /repos/{owner}/{repo}/issues', {
    ...repository,
    state,
    direction: 'asc',
  })
  return data.map(({ number, state: is, body, comments, title }) => ({
    ...{ number, is, comments, title },
    body: body ?? '',
  }))
}

test('a failure opens one issue, the next one brings it up to date, a proof closes it', async () => {
  const first = await raise()
  expect(first.isNew).toBe(true)
  expect(await raise(subject, { body: 'Later' })).toMatchObject({
    number: first.number,
    isNew: false,
  })
  expect(await issues()).toMatchObject([
    { is: 'open', comments: 1, body: expect.stringMatching(/Later$/) },
  ])
  expect((await resolve()).closed).toMatchObject([{ number: first.number }])
  expect(await issues()).toMatchObject([{ is: 'closed', comments: 2 }])
  expect((await resolve()).closed).toEqual([])
  expect((await raise()).number).not.toBe(first.number)
})

test('a clock that was a year ahead keeps no issue open until then', async () => {
  const ahead = new Date(Date.now() + 365 * 86_400_000).toISOString()
  const { number } = await raise(subject, { snapshotAt: ahead })
  expect((await resolve()).closed).toMatchObject([{ number }])
})

test('each database and each scenario has an issue of its own', async () => {
  const others: AlarmSubject[] = [
    { ...subject, database: 'users' },
    { ...subject, scenario: 'catastrophe' },
    { ...subject, database: 'default -->' },
    { ...subject, database: 'default %2D%2D>' },
  ]
  for (const one of [subject, ...others]) await raise(one)
  expect(await issues('open')).toHaveLength(5)
  await resolve()
  expect(await issues('open')).toHaveLength(4)
})

test('a marker ends only where it ends, whatever a database is called', () => {
  for (const database of ['a-->b', 'a--!>b', '--', 'a\nb', '<!--']) {
    const [, inside = '-->'] = /^<!--(.*)-->$/s.exec(markerOf({ ...subject, database })) ?? []
    expect(inside).not.toMatch(/--|[<>\n]/)
  }
})

test('people may rename the issue, and it is found again', async () => {
  const { number } = await raise()
  await client()('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    ...repository,
    issue_number: number,
    title: 'Ana looks at it',
  })
  await raise()
  expect(await issues()).toMatchObject([{ title: 'Ana looks at it', comments: 1 }])
})

test('an issue of somebody who may give no label is not taken for ours', async () => {
  await client()('POST /repos/{owner}/{repo}/issues', {
    ...repository,
    title: 'Planted',
    body: `${markerOf(subject)}\nPlanted`,
  })
  expect((await raise()).isNew).toBe(true)
})

test('of more than a hundred labelled issues the right one is found', async () => {
  const { number } = await raise()
  for (let index = 0; index < 105; index += 1) {
    await githubClient(github.token, github.apiUrl)('POST /repos/{owner}/{repo}/issues', {
      ...repository,
      title: String(index),
      labels: ['recovery-drill'],
    })
  }
  expect((await raise()).number).toBe(number)
})

test('of two runs that open an issue at once one stays open', async () => {
  const racing = bothLookFirst(() => client())
  const raised = await Promise.all([
    raiseAlarm(racing(), repository, subject, texts),
    raiseAlarm(racing(), repository, subject, texts),
  ])
  expect(new Set(raised.map(({ number }) => number)).size).toBe(1)
  expect(await issues()).toMatchObject([{ is: 'open', comments: 1 }, { is: 'closed' }])
})

test('what a race left open is closed by the next failure', async () => {
  for (const title of ['one', 'two']) {
    await client()('POST /repos/{owner}/{repo}/issues', {
      ...repository,
      title,
      body: `${markerOf(subject)}\n`,
      labels: ['recovery-drill'],
    })
  }
  await raise()
  expect((await issues('open')).map(({ title }) => title)).toEqual(['one'])
})

test('a proof of an older snapshot closes nothing, also after an older one failed too', async () => {
  await raise(subject, { snapshotAt: newer })
  await raise(subject, { snapshotAt: older })
  await raise(subject, { snapshotAt: undefined })
  const { closed, left } = await resolve(subject, older)
  expect({ closed, left: left.length }).toEqual({ closed: [], left: 1 })
  expect((await resolve(subject, newer)).closed).toHaveLength(1)
})

test('a commit shows what was found, one line for each scenario and each further database', async () => {
  const { data } = await client()('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...repository,
    ref: 'heads/main',
  })
  const { sha } = data.object
  const found = { verdict: 'PROVED', words: 'w'.repeat(300), runUrl: 'https://example.com/1' }
  await setCommitStatus(client(), repository, sha, subject, found)
  const failed = { ...found, verdict: 'NOT PROVED' }
  await setCommitStatus(client(), repository, sha, { ...subject, database: 'users' }, failed)
  const { data: shown } = await client()('GET /repos/{owner}/{repo}/commits/{ref}/status', {
    ...repository,
    ref: sha,
  })
  expect(shown.statuses.map(({ context, state }) => [context, state])).toEqual([
    ['recovery-playbook/database-restore/users', 'error'],
    ['recovery-playbook/database-restore', 'success'],
  ])
  expect(shown.statuses[0]?.description).toHaveLength(140)
})

test.each([
  ['nothing', {}, /issues: write/],
  ['reading alone', { issues: 'read' as const }, /issues: write/],
])('who may do %s is told what to give', async (_, permissions, words) => {
  const token = github.issueToken({ contents: 'write', ...permissions })
  const refused = await raiseAlarm(client(token), repository, subject, texts).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(notTold('issues: write', refused)).toMatch(words)
})
