import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { bothLookFirst, heldClient } from '../../local-github/test/held-client.ts'
import { keepKeyCheck, keyChecksOf, quarterOf } from '../src/index.ts'

let directory: string
let github: LocalGithub
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'key-check-'))
  const people = { ada: 'admin', charles: 'write', eve: 'read' } as const
  github = await startLocalGithub({ directory, people })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const repository = { owner: 'acme', repo: 'journal' }
const client = (token = github.token) => heldClient(token, github.apiUrl)

const texts = {
  title: 'Do you still hold it?',
  body: 'Try it',
  opened: ({ login }: { login: string }, quarter: string) => `${login} for ${quarter}`,
}

const keep = (quarter = '2026-Q4', { database = 'default', body = 'Try it' } = {}) =>
  keepKeyCheck(client(), repository, { database, quarter }, { ...texts, body })

const requests = () => github.requests().length

const says = (login: string, body: string, edited = false) =>
  github.addComment(1, { login, body, edited })

async function inShort(): Promise<string[]> {
  const { data } = await client()('GET /repos/{owner}/{repo}/issues', {
    ...repository,
    ...{ state: 'all', direction: 'asc' },
  })
  return data.map(({ number, state, state_reason }) =>
    [number, state, state_reason].filter((word) => word !== null).join(' '),
  )
}

const close = (issue_number: number) =>
  client()('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    ...repository,
    ...{ issue_number, state: 'closed' },
  })

test.each([
  ['2026-01-01T00:00:00.000Z', '2026-Q1'],
  ['2026-03-31T23:59:59.999Z', '2026-Q1'],
  ['2026-04-01T00:00:00.000Z', '2026-Q2'],
  ['2026-09-30T23:59:59.999Z', '2026-Q3'],
  ['2026-10-01T00:00:00.000Z', '2026-Q4'],
  ['2026-10-01T01:00:00.000+02:00', '2026-Q3'],
  ['2026-12-31T23:59:59.999Z', '2026-Q4'],
])('%s is in %s, in UTC', (date, quarter) => {
  expect(quarterOf(new Date(date))).toBe(quarter)
})

test('it is asked once in a quarter and for each database, and again in the next one', async () => {
  for (let look = 1; look <= 2; look += 1)
    for (const database of ['default', 'users', 'a-->b', 'a%2D'])
      await keep('2026-Q4', { database })
  expect(await inShort()).toHaveLength(4)
  await says('ada', '/key-check opened')
  await keep()
  await keep('2027-Q1')
  expect((await inShort()).at(-1)).toBe('5 open')
})

test('who may write answers: the issue is closed, says who it was, and one request tells it', async () => {
  await keep()
  await says('charles', 'It took a while.\r\n/key-check opened \r\n')
  expect(await keep()).toMatchObject({ answer: { word: 'opened', login: 'charles' } })
  expect(await inShort()).toEqual(['1 closed completed'])
  const before = requests()
  expect(await keep()).toMatchObject({ isOpen: false, answer: { login: 'charles' } })
  expect(requests() - before).toBe(1)
  const { data } = await client()('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...repository,
    issue_number: 1,
  })
  expect(data.at(-1)?.body).toBe('charles for 2026-Q4')
})

test.each([
  ['of somebody who may only read', 'eve', '/key-check opened', false],
  ['that was edited', 'ada', '/key-check opened', true],
  ['that quotes one', 'ada', '> /key-check opened', false],
  ['that says more on the line', 'ada', '/key-check opened, or was it?', false],
])('a comment %s answers nothing', async (_, login, body, edited) => {
  await keep()
  await says(login, body, edited)
  expect((await keep()).answer).toBeUndefined()
  expect(await inShort()).toEqual(['1 open'])
})

test('nor does a comment of a workflow', async () => {
  await keep()
  await client()('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...repository,
    ...{ issue_number: 1, body: '/key-check opened' },
  })
  expect((await keep()).answer).toBeUndefined()
})

test('to close the issue answers nothing, and it is not opened twice', async () => {
  await keep()
  await close(1)
  expect((await keep()).answer).toBeUndefined()
  expect(await inShort()).toEqual(['1 closed completed'])
  await says('ada', '/key-check opened')
  expect((await keep()).answer?.word).toBe('opened')
})

test('one that failed stays open, in the next quarter too, until one opens', async () => {
  await keep()
  await says('ada', '/key-check failed')
  for (const quarter of ['2026-Q4', '2027-Q1'])
    expect((await keep(quarter)).answer).toMatchObject({ word: 'failed', login: 'ada' })
  expect(await inShort()).toEqual(['1 open'])
  await says('ada', '/key-check opened')
  expect((await keep('2027-Q1')).quarter).toBe('2027-Q1')
  expect(await inShort()).toEqual(['1 closed completed', '2 open'])
})

test('a quarter that nobody answered ends with the next one, and stays unanswered', async () => {
  await keep('2026-Q3')
  await keep('2026-Q4')
  expect(await inShort()).toEqual(['1 closed not_planned', '2 open'])
  const found = await keyChecksOf(client(), repository, 'default')
  expect(found.map(({ quarter, answer }) => [quarter, answer])).toEqual([
    ['2026-Q4', undefined],
    ['2026-Q3', undefined],
  ])
})

test('the commands name the newest recovery point until somebody has answered', async () => {
  await keep()
  expect((await keep('2026-Q4', { body: 'Try another one' })).body).toMatch(/Try another one$/)
  const before = requests()
  await keep('2026-Q4', { body: 'Try another one' })
  // The list and the comments: nothing is written anew.
  expect(requests() - before).toBe(2)
})

test('an issue of somebody who may give no label is not taken for ours', async () => {
  const { body } = await keep('2026-Q4', { database: 'users' })
  await client()('POST /repos/{owner}/{repo}/issues', {
    ...repository,
    ...{ title: 'Planted', body: body.replace('users', 'default') },
  })
  expect((await keep()).number).toBe(3)
})

test('of two runs that ask at once one issue stays open', async () => {
  const racing = bothLookFirst(() => client())
  const about = { database: 'default', quarter: '2026-Q4' }
  const asked = await Promise.all([
    keepKeyCheck(racing(), repository, about, texts),
    keepKeyCheck(racing(), repository, about, texts),
  ])
  expect(asked.map(({ number }) => number)).toEqual([1, 1])
  expect(await inShort()).toEqual(['1 open', '2 closed not_planned'])
})
