import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { noted, type Operation, writeLog } from '../src/index.ts'
import { readLog } from '../src/log-branch.ts'
import { keeperOf } from './keeper.ts'

let directory: string
let github: LocalGithub
const warnings: string[] = []
const open = async (options: { private?: boolean } = {}) => {
  github = await startLocalGithub({ directory, ...options })
}
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
  warnings.length = 0
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const keeper = () => keeperOf(github, warnings)
const entry = (tag: string, recordedAt = '2026-11-24T03:17:00.000Z'): Operation => ({
  recordedAt,
  operation: 'export',
  verdict: 'DONE',
  database: 'default',
  scenario: null,
  ranBy: {
    event: 'schedule',
    workflow: 'Backup',
    actor: 'octocat',
    run: { id: 7, attempt: 1 },
  },
  repository: { ref: 'refs/heads/main', commit: 'a'.repeat(40), tag },
  data: { tables: 12, bytes: 4096, migrations: ['journal.0003_moods'] },
  checks: [{ name: 'opened again', state: 'PROVED', detail: '2 parts' }],
  actions: ['Publish (1.0 s)'],
})
const text = (path: string) => {
  const { request, repository } = keeper()
  return readLog(request, repository, path)
}
interface File {
  years?: number[]
  rows: Operation[]
}
const file = async (path: string) => JSON.parse((await text(path)) ?? '') as File
const tags = async (path: string) => (await file(path)).rows.map(({ repository }) => repository.tag)
const names = (count: number) => Array.from({ length: count }, (_, index) => `tag-${index}`)

test('an entry is kept whole, and the page begins with the newest', async () => {
  await open()
  await writeLog(keeper(), [noted(entry('first')), noted(entry('second'))], 'x')
  expect((await file('report.json')).rows).toEqual([entry('first'), entry('second')])
  expect(await text('REPORT.md')).toBe('second\nfirst')
})

test('of ten writers at the same time none loses its entry', async () => {
  await open()
  await writeLog(keeper(), [noted(entry('begun'))], 'x')
  await Promise.all(names(10).map((tag) => writeLog(keeper(), [noted(entry(tag))], tag)))
  expect((await tags('report.json')).toSorted()).toEqual(['begun', ...names(10)])
})

test('older entries go to the files of their years, and none is lost or doubled', async () => {
  await open()
  const old = names(30).map((tag) => noted(entry(tag, '2025-12-31T23:59:59.000Z')))
  const all = names(250)
  const more = all.slice(30).map((tag) => noted(entry(tag)))
  await writeLog(keeper(), [...old, ...more], 'Many')
  await writeLog(keeper(), [noted(entry('last'))], 'One more')
  const [first, second, recent] = await Promise.all(
    ['report/2025.json', 'report/2026.json', 'report.json'].map(tags),
  )
  expect(first).toEqual(all.slice(0, 30))
  expect([...(first ?? []), ...(second ?? []), ...(recent ?? [])]).toEqual([...all, 'last'])
  expect((recent ?? []).length).toBeLessThanOrEqual(100)
  expect((await file('report.json')).years).toEqual([2025, 2026])
  expect(await text('REPORT.md')).toMatch(/^2026\n2025\nlast\n/)
  expect(await text('report/2025.md')).toMatch(/^2025\ntag-29\n/)
})

test('where the file of a year cannot be read, entries stay where they are', async () => {
  await open()
  await writeLog(keeper(), [() => Promise.resolve({ 'report/2026.json': '{}' })], 'x')
  await writeLog(
    keeper(),
    names(101).map((tag) => noted(entry(tag))),
    'Many',
  )
  expect(await tags('report.json')).toEqual(names(101))
  expect(await text('report/2026.json')).toBe('{}')
  expect(warnings).toEqual([expect.stringContaining('report/2026.json')])
})

test('a report that cannot be read is left as it is, and somebody is told', async () => {
  await open()
  await writeLog(keeper(), [() => Promise.resolve({ 'report.json': '{}' })], 'x')
  await writeLog(keeper(), [noted(entry('first'))], 'x')
  expect(await text('report.json')).toBe('{}')
  expect(warnings).toEqual([expect.stringContaining('report.json')])
})

test('a public log says how it ended, and nothing of the data', async () => {
  await open({ private: false })
  await writeLog(keeper(), [noted(entry('first'))], 'x')
  expect((await file('report.json')).rows).toEqual([
    {
      ...entry('first'),
      data: null,
      checks: [{ name: 'opened again', state: 'PROVED', detail: null }],
    },
  ])
})

test('a file above 1 MB, whose text GitHub gives only as a blob, is read whole', async () => {
  await open()
  const long = { ...entry('long'), checks: checksOf(100) }
  await writeLog(
    keeper(),
    Array.from({ length: 30 }, () => noted(long)),
    'Large',
  )
  expect((await text('report.json'))?.length).toBeGreaterThan(1024 * 1024)
  await writeLog(keeper(), [noted(entry('after'))], 'x')
  expect((await tags('report.json')).length).toBe(31)
})

test('long texts and many checks are cut, so that an entry stays an entry', async () => {
  await open()
  await writeLog(keeper(), [noted({ ...entry('long'), checks: checksOf(500) })], 'x')
  const [only] = (await file('report.json')).rows
  expect(only?.checks).toHaveLength(100)
  expect(only?.checks[0]?.detail?.length).toBe(400)
})

const checksOf = (count: number) =>
  Array.from({ length: count }, () => ({
    ...{ name: 'a check', state: 'PROVED' as const },
    detail: 'x'.repeat(1000),
  }))
