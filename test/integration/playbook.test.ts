import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import { readHistory } from '@recovery-playbook/recovery-log'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'
import { checkIn, expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

const run = promisify(execFile)
const usual = '.github/recovery-playbook.yml'

/** A checkout with this playbook, as the steps of a job see it. */
async function checkedOut(playbook: string) {
  const workspace = await mkdtemp(join(scene.directory, 'workspace-'))
  await run('git', ['init', '--quiet', workspace])
  await mkdir(join(workspace, '.github'))
  await writeFile(join(workspace, usual), playbook)
  return { environment: { GITHUB_WORKSPACE: workspace } }
}

/** Pushes a playbook to the default branch on GitHub. */
async function push(playbook: string): Promise<void> {
  const clone = await mkdtemp(join(scene.directory, 'clone-'))
  const git = (...words: string[]) =>
    run('git', ['-C', clone, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words])
  await run('git', ['clone', '--quiet', scene.github.gitDirectory(), clone])
  await mkdir(join(clone, '.github'), { recursive: true })
  await writeFile(join(clone, usual), playbook)
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'A playbook')
  await git('push', '--quiet', 'origin', 'HEAD')
}

const declared = `
databases:
  shop:
    exclude-table-data: [public.journal_measurement]
members:
  configuration: [SECRET_KEY]
retention:
  keep-last: 1
guarantees:
  database-restore: { recovery-time: 1ms, data-loss: 48h }
`.replace('1ms', '0.001s')

test('an export does what the playbook declares, and a drill judges by it', async () => {
  const { environment } = await checkedOut(declared)
  const secret = { environment: { ...environment, SECRET_KEY: 'of-the-application' } }
  await scene.exportRelease({}, secret)
  const exported = await scene.exportRelease({}, secret)
  expect([exported.exitCode, exported.log]).toEqual([0, exported.log])
  expect(exported.log).toContain(`The playbook is ${usual}`)
  expect(exported.log).toContain('journal_measurement')
  const tags = await releases()
  expect(tags).toEqual([exported.outputs['recovery-point']])
  const drilled = await scene.drill({}, { environment })
  expectVerdict(drilled, 'FAILED')
  expect(checkIn(drilled.log, 'recovery time')).toMatch(/^FAILED/)
  expect(drilled.outputs['promised-data-loss-seconds']).toBe('172800')
  const report = JSON.parse(await readFile(drilled.outputs.report ?? '', 'utf8')) as {
    recoveryPoint: { database: string; partial: boolean }
  }
  expect(report.recoveryPoint).toMatchObject({ database: 'shop', partial: true })
})

test('an input takes the place of its key, and of no other', async () => {
  const { environment } = await checkedOut(declared)
  const drilled = await scene.drill({ 'max-recovery-time': '30m' }, { environment })
  expectVerdict(drilled, 'PROVED')
  expect(drilled.outputs).toMatchObject({
    'promised-recovery-seconds': '1800',
    'promised-data-loss-seconds': '172800',
  })
  // Else whoever may start a drill could prove what the playbook promises by promising less.
  expect(drilled.log).toContain('a looser promise than the playbook’s')
  expect(drilled.log).not.toContain('Record the verdict')
  expect(await lastVerdict('shop')).toBe('FAILED')
  // What it does not promise inputs are free to.
  const silent = await checkedOut(declared.replace(/guarantees:[^]*/, ''))
  expectVerdict(await scene.drill({ 'max-recovery-time': '2h' }, silent), 'PROVED')
  expect(await lastVerdict('shop')).toBe('PROVED')
})

async function lastVerdict(database: string): Promise<string | undefined> {
  const request = githubClient(scene.github.token, scene.github.apiUrl)
  const rows = await readHistory(request, parseRepository(scene.github.repository), database)
  const last = rows.findLast((row) => row.kind === 'drill')
  return last?.verdict
}

async function releases(): Promise<string[]> {
  const { apiUrl, repository, token } = scene.github
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${apiUrl}/repos/${repository}/releases`, { headers })
  return ((await answer.json()) as { tag_name: string }[]).map(({ tag_name }) => tag_name)
}

test('a playbook that cannot be read fails both actions, and publishes nothing', async () => {
  const options = await checkedOut('databases:\n  shop:\n    exclude_tables: [a]\n')
  const before = await releases()
  const exported = await scene.exportRelease({}, options)
  expect(exported.exitCode).toBe(1)
  expect(exported.log).toContain("line 3, column 5: databases ▸ shop: 'exclude_tables' is no key")
  expect(await releases()).toEqual(before)
  const drilled = await scene.drill({}, options)
  expect({ code: drilled.exitCode, verdict: drilled.outputs.verdict }).toEqual({
    code: 2,
    verdict: 'NOT PROVED',
  })
})

test('a database that the playbook does not have is refused by name', async () => {
  const { exitCode, log } = await scene.exportRelease({ name: 'shp' }, await checkedOut(declared))
  expect(exitCode).toBe(1)
  expect(log).toContain("'shp' in 'name' is no database of the playbook, which has shop")
})

test('without a checkout the playbook comes from the default branch, also for who holds merges', async () => {
  await push('databases: { shop: {} }\nguarantees: { database-restore: { data-loss: 36h } }\n')
  const drilled = await scene.drill()
  expect(drilled.log).toContain(`The playbook is ${usual}`)
  expect(drilled.outputs['promised-data-loss-seconds']).toBe('129600')

  const loosened = await checkedOut('guarantees: { database-restore: { data-loss: 9999h } }')
  const guard = await scene.run('verify-restore', { mode: 'proof' }, loosened)
  expect(guard.outputs['promised-data-loss-seconds']).toBe('129600')
})
