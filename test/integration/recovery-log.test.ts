import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

const stored = async (path: string): Promise<string> => {
  const order = ['show', `recovery-log:${path}`]
  const { stdout } = await promisify(execFile)('git', order, { cwd: scene.github.gitDirectory() })
  return stdout
}

interface Rows {
  rows: Record<string, unknown>[]
}
const rows = async (path: string) => (JSON.parse(await stored(path)) as Rows).rows
const newest = async () => (await rows('report.json')).at(-1)

const byHand = (description: string) => scene.run('create-backup-tag', { description })

test('a tag, an export and a drill leave their rows, as data and as a page', async () => {
  const tagged = await byHand('Vor dem Umzug | ☕')
  expect(tagged.exitCode).toBe(0)
  const point = await scene.publish()
  expect(await newest()).toMatchObject({
    ...{ operation: 'export', verdict: 'DONE', database: 'default' },
    ranBy: { event: 'workflow_dispatch' },
    repository: { commit: scene.commit, tag: point },
    data: { tables: expect.any(Number), bytes: expect.any(Number) },
    checks: [{ name: 'opened again', state: 'PROVED' }],
  })
  expect((await scene.drill()).exitCode).toBe(0)
  expect(await newest()).toMatchObject({
    ...{ operation: 'drill', verdict: 'PROVED', scenario: 'database-restore' },
    repository: { commit: scene.commit, tag: point },
  })
  expect(await rows('tags.json')).toMatchObject([
    { tag: tagged.outputs.tag, commit: scene.commit, protects: { kind: 'code' }, lastProof: null },
    {
      tag: point,
      protects: { kind: 'recovery-point', database: 'default' },
      lastProof: { verdict: 'PROVED', scenario: 'database-restore' },
    },
  ])
  const page = await stored('TAGS.md')
  const lines = page.split('\n').filter((line) => line.includes('backup-'))
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain(point)
  expect(lines[0]).toContain('PROVED')
  expect(lines[1]).toContain('Vor dem Umzug')
  expect(lines[1]).toContain('never drilled')
  expect((await stored('REPORT.md')).match(/^## .*$/gm)).toEqual([
    expect.stringContaining('drill, database-restore: PROVED'),
    expect.stringContaining('export: DONE'),
  ])
})

test('an export that failed stands in the report with its reason, without any secret', async () => {
  const url = 'postgresql://someone:the-secret-itself@127.0.0.1:1/nowhere'
  const { exitCode } = await scene.exportRelease({ 'database-url': url, name: 'other' })
  expect(exitCode).toBe(1)
  expect(await newest()).toMatchObject({
    ...{ operation: 'export', verdict: 'FAILED', database: 'other', data: null },
    repository: { tag: null },
    checks: [{ name: 'CONNECTION_FAILED', state: 'FAILED' }],
  })
  expect(await stored('report.json')).not.toContain('the-secret-itself')
})

test('a drill of what is not there, and one that was refused, stand in the report', async () => {
  expect((await scene.drill({ name: 'nothing' })).outputs.verdict).toBe('FAILED')
  expect(await newest()).toMatchObject({
    ...{ operation: 'drill', verdict: 'FAILED', database: 'nothing' },
    repository: { tag: null },
  })
  expect((await scene.drill({ passphrase: '' })).exitCode).not.toBe(0)
  expect(await newest()).toMatchObject({
    ...{ operation: 'drill', verdict: 'NOT PROVED' },
    checks: [{ name: 'begun', state: 'NOT PROVED' }],
  })
})

test('a guard and a drill that is not to be recorded leave nothing', async () => {
  const before = await stored('report.json')
  await scene.run('verify-restore', { mode: 'proof' })
  await scene.drill({ record: 'false' })
  expect(await stored('report.json')).toBe(before)
})

test('a drill by hand proves nothing to the guard, and stands in the report', async () => {
  const { outputs } = await scene.drill({ 'by-hand': 'true' })
  expect(await newest()).toMatchObject({ operation: 'drill', verdict: outputs.verdict })
})

test('of ten tag runs at the same time each makes its tag and leaves its row', async () => {
  const before = (await rows('tags.json')).length
  const results = await Promise.all(
    Array.from({ length: 10 }, (_, index) => byHand(`Run ${index} of ten`)),
  )
  expect(results.map(({ exitCode }) => exitCode)).toEqual(results.map(() => 0))
  const made = results.map(({ outputs }) => outputs.tag)
  expect(new Set(made).size).toBe(10)
  const after = await rows('tags.json')
  expect(after).toHaveLength(before + 10)
  expect(
    after
      .slice(before)
      .map(({ tag }) => tag)
      .toSorted(),
  ).toEqual(made.toSorted())
})
