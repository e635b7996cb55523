import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { headOf } from '@recovery-playbook/github'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { badged, logBranch, writeLog } from '../src/index.ts'
import { readLog } from '../src/log-branch.ts'
import { keeperOf } from './keeper.ts'

let directory: string
let github: LocalGithub
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'))
  github = await startLocalGithub({ directory })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const text = (path: string) => readLog(keeperOf(github).request, keeperOf(github).repository, path)
const head = () => headOf(keeperOf(github).request, keeperOf(github).repository, logBranch)

test.each([
  ['default', 'badge.json'],
  ['orders', 'badge-orders.json'],
  ['../ü b', 'badge-..%2F%C3%BC%20b.json'],
])(
  'the badge of the database %j is the file %s, made from what stands there',
  async (name, path) => {
    await writeLog(keeperOf(github), [badged(name, (before) => `${before ?? ''}x`)], 'x')
    await writeLog(keeperOf(github), [badged(name, (before) => `${before ?? ''}x`)], 'x')
    expect(await text(path)).toBe('xx')
  },
)

test('a badge that stays as it is makes no commit', async () => {
  await writeLog(keeperOf(github), [badged('default', () => 'x')], 'x')
  const before = await head()
  await writeLog(keeperOf(github), [badged('default', () => 'x')], 'x')
  expect(await head()).toEqual(before)
})

test('a change of nothing begins no log', async () => {
  await writeLog(keeperOf(github), [() => Promise.resolve({})], 'x')
  expect(await head()).toBeUndefined()
})
