import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { drilled, type TagRow, tagged, writeLog } from '../src/index.ts'
import { readLog } from '../src/log-branch.ts'
import { keeperOf } from './keeper.ts'

let directory: string
let github: LocalGithub
const warnings: string[] = []
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
  github = await startLocalGithub({ directory })
  warnings.length = 0
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const keeper = () => keeperOf(github, warnings)
const row = (tag: string): Omit<TagRow, 'lastProof'> => ({
  tag,
  taggedAt: '2026-11-24T03:17:00.000Z',
  commit: 'a'.repeat(40),
  description: 'Backup before the move',
  protects: { kind: 'code' },
})
const proof = {
  verdict: 'PROVED',
  scenario: 'database-restore',
  recordedAt: '2026-11-25T03:17:00.000Z',
  run: { id: 7, attempt: 1 },
} as const
const text = (path: string) => {
  const { request, repository } = keeper()
  return readLog(request, repository, path)
}
const rows = async () => (JSON.parse((await text('tags.json')) ?? '') as { rows: TagRow[] }).rows

test('a tag has one row, however often it is recorded, and the page begins with the newest', async () => {
  await writeLog(keeper(), [tagged(row('first')), tagged(row('second'))], 'x')
  await writeLog(keeper(), [tagged({ ...row('first'), description: 'another' })], 'x')
  expect(await rows()).toEqual([
    { ...row('first'), lastProof: null },
    { ...row('second'), lastProof: null },
  ])
  expect(await text('TAGS.md')).toBe('second\nfirst\n')
})

test('the latest drill of a tag stands in its row, and in no other', async () => {
  await writeLog(keeper(), [tagged(row('first')), tagged(row('second'))], 'x')
  await writeLog(keeper(), [drilled('first', { ...proof, verdict: 'FAILED' })], 'x')
  await writeLog(keeper(), [drilled('first', proof), drilled('unknown', proof)], 'x')
  expect((await rows()).map(({ tag, lastProof }) => [tag, lastProof])).toEqual([
    ['first', proof],
    ['second', null],
  ])
})

test('of ten writers at the same time none loses its row', async () => {
  const tags = Array.from({ length: 10 }, (_, index) => `tag-${index}`)
  await writeLog(keeper(), [tagged(row('begun'))], 'x')
  await Promise.all(tags.map((tag) => writeLog(keeper(), [tagged(row(tag))], tag)))
  expect((await rows()).map(({ tag }) => tag).toSorted()).toEqual(['begun', ...tags])
})

test('a history that cannot be read is left as it is, and somebody is told', async () => {
  const later = '{"format":2,"rows":[]}'
  await writeLog(keeper(), [() => Promise.resolve({ 'tags.json': later, 'TAGS.md': 'kept' })], 'x')
  await writeLog(keeper(), [tagged(row('first'))], 'x')
  expect(await text('tags.json')).toBe(later)
  expect(await text('TAGS.md')).toBe('kept')
  expect(warnings).toEqual([expect.stringContaining('tags.json')])
})

test('a drill alone begins no history', async () => {
  await writeLog(keeper(), [tagged(row('first')), drilled('first', proof)], 'x')
  expect((await rows())[0]?.lastProof).toEqual(proof)
})
