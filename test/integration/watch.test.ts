import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { publishFiles } from '@recovery-playbook/local-workflows'
import { claimDrill } from '../support/claimed-proof.ts'
import { openScene, type Scene } from '../support/scene.ts'

const backup = '.github/workflows/backup.yml'
const byHand = '.github/workflows/restore-drill.yml'

let scene: Scene
let commit = ''
/** Milliseconds by which GitHub's clock is ahead. */
let ahead = 0
beforeAll(async () => {
  scene = await openScene({ github: { now: () => new Date(Date.now() + ahead) } })
  const changed = { [backup]: 'on: push\n', [byHand]: 'on: workflow_dispatch\n' }
  commit = await publishFiles(scene.github, { from: scene.directory, changed })
})
afterAll(() => scene[Symbol.asyncDispose]())

const onMain = { GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_NAME: 'schedule' }

const rights = { contents: 'read', actions: 'read', issues: 'write' } as const

/** With what a job that watches has: no secret, and nothing but the issue to write. */
function watch(
  inputs: Record<string, string> = {},
  permissions: Record<string, string> = rights,
  environment: Record<string, string> = {},
) {
  const token = scene.github.issueToken(permissions as typeof rights)
  return scene.run(
    'verify-restore',
    { mode: 'watch', contacts: 'Ada, +49 30 1234', 'key-check': 'false', token, ...inputs },
    { environment: { ...onMain, ...environment } },
  )
}

async function exported(): Promise<void> {
  const { exitCode, log } = await scene.exportRelease({}, { github: { commit } })
  expect({ exitCode, log }).toMatchObject({ exitCode: 0 })
}

interface Issue {
  readonly number: number
  readonly state: string
  readonly title: string
  readonly body: string
  readonly comments: number
}

async function issues(): Promise<Issue[]> {
  const { apiUrl, repository, token } = scene.github
  const headers = { authorization: `Bearer ${token}` }
  const path = `${apiUrl}/repos/${repository}/issues?state=all&direction=asc`
  return (await fetch(path, { headers })).json() as Promise<Issue[]>
}

const inShort = async () =>
  (await issues()).map(({ number, state, comments }) => `${number} ${state} ${comments}`)

test('where nothing was ever exported an issue says so, once', async () => {
  for (let look = 1; look <= 2; look += 1) {
    const { exitCode, outputs } = await watch()
    expect({ exitCode, verdict: outputs.verdict }).toEqual({ exitCode: 1, verdict: 'FAILED' })
  }
  expect(await inShort()).toEqual(['1 open 0'])
  const [issue] = await issues()
  expect(issue?.title).toBe('Backups do not come as promised: the database default')
  expect(issue?.body).toContain('There is no recovery point')
  expect(issue?.body).toContain(`gh workflow run backup.yml --repo ${scene.github.repository}`)
  expect(issue?.body).toContain('Ada, +49 30 1234')
})

test('the first look after a good export closes it', async () => {
  await exported()
  const { exitCode, outputs, summary } = await watch()
  expect({ exitCode, verdict: outputs.verdict }).toEqual({ exitCode: 0, verdict: 'PROVED' })
  expect(summary).toContain('backups come as promised')
  expect(await inShort()).toEqual(['1 closed 1'])
})

test('a dropped schedule raises the alarm before the guarantee is broken, once, until the next good run', async () => {
  // GitHub's day goes on, and no run comes.
  const { outputs } = await watch()
  const age = Date.now() - Date.parse(outputs['snapshot-at'] ?? '')
  const promised = { 'max-data-loss': `${((age + 60_000) / 1000).toFixed(0)}s` }
  expect((await watch(promised)).exitCode).toBe(0)
  ahead = 55_000
  for (let look = 1; look <= 2; look += 1) {
    const { exitCode, log } = await watch(promised)
    expect(exitCode).toBe(1)
    expect(log).toContain('the guarantee is broken in')
  }
  expect(await inShort()).toEqual(['1 closed 1', '2 open 0'])
  ahead = 0
  await exported()
  expect((await watch(promised)).exitCode).toBe(0)
  expect(await inShort()).toEqual(['1 closed 1', '2 closed 1'])
})

test('a clock a year off raises no alarm and ends none: nothing is proved', async () => {
  for (const year of [365, -365]) {
    ahead = year * 86_400_000
    const { exitCode, outputs, log } = await watch()
    expect({ exitCode, verdict: outputs.verdict }).toEqual({ exitCode: 2, verdict: 'NOT PROVED' })
    expect(log).toContain('no age can be told')
  }
  ahead = 0
  expect(await inShort()).toEqual(['1 closed 1', '2 closed 1'])
})

test('a workflow that GitHub has switched off raises the alarm, with the command that mends it', async () => {
  const states = (state: string, path = backup) =>
    scene.github.addRepository(scene.github.repository, { workflowStates: { [path]: state } })
  await states('disabled_manually', byHand)
  expect((await watch()).exitCode).toBe(0)
  await states('disabled_inactivity')
  const { exitCode, summary } = await watch()
  expect(exitCode).toBe(1)
  expect(summary).toContain('disabled\\_inactivity')
  expect((await issues())[2]?.body).toContain('gh workflow enable backup.yml')
  const own = { GITHUB_WORKFLOW_REF: `${scene.github.repository}/${backup}@refs/heads/main` }
  const inBackup = await watch({}, rights, own)
  // What the run itself has proved stays proved, and the issue open.
  expect(inBackup.exitCode).toBe(0)
  expect(inBackup.log).toMatch(/SKIPPED +schedule +GitHub does not start/)
  expect(await inShort()).toContain('3 open 0')
  expect((await issues())[2]?.body).not.toContain('over the guarantee')
  expect((await watch({ 'max-data-loss': '1s' }, rights, own)).exitCode).toBe(1)
  expect((await issues())[2]?.body).toContain('over the guarantee')
  await states('active')
  expect((await watch()).exitCode).toBe(0)
  expect(await inShort()).toEqual(['1 closed 1', '2 closed 1', '3 closed 1'])
})

test('schedules that start nothing any more raise it, although somebody exports by hand', async () => {
  await scene.github.addWorkflowRun({ createdAt: '2026-01-01T00:00:00Z' })
  const { exitCode, log } = await watch()
  expect(exitCode).toBe(1)
  expect(log).toMatch(/FAILED +schedule +A schedule last started a run \d+ d.* ago/)
  await scene.github.addWorkflowRun({})
  const after = await watch()
  expect(after.exitCode).toBe(0)
  expect(after.log).toMatch(/PROVED +schedule .*; a schedule did .* ago/)
  expect(await inShort()).toContain('4 closed 1')
})

test('after an outage the first good export ends the alarm; the gap behind it is told', async () => {
  const taken = async (inputs = {}) => {
    const { outputs, log, exitCode } = await watch(inputs)
    return { at: Date.parse(outputs['snapshot-at'] ?? ''), log, exitCode }
  }
  const before = await taken()
  await exported()
  const after = await taken()
  const promised = (0.95 * (after.at - before.at)) / 1000
  const { exitCode, log } = await taken({ 'max-data-loss': `${promised.toFixed(0)}s` })
  expect({ exitCode, log }).toMatchObject({ exitCode: 0 })
  expect(log).toMatch(/SKIPPED +last gap .* over the guarantee/)
})

test('it says what is due, and asks for a dead-man’s switch only when all is in order', async () => {
  const asked: string[] = []
  const server = createServer(({ url = '' }, answer) => {
    asked.push(url)
    answer.writeHead(asked.length < 2 ? 500 : 200).end()
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  const ping = { 'ping-url': `http://127.0.0.1:${port}/secret-path` }
  const good = await watch({ ...ping, drills: 'now' })
  expect(good.outputs.due).toBe('["database-restore"]')
  expect(asked).toEqual(['/secret-path', '/secret-path'])
  expect(good.log).not.toContain('secret-path')
  const late = await watch({ ...ping, drills: 'none', 'max-data-loss': '1s' })
  expect(late).toMatchObject({ exitCode: 1, outputs: { due: '[]' } })
  expect(asked).toHaveLength(2)
  server.close()
  const deaf = await watch(ping)
  expect(deaf.exitCode).toBe(0)
  expect(deaf.log).toContain('The dead-man’s switch (ping-url) was not told')
})

test('a drill is due again where the guard does not believe its run', async () => {
  const due = async () => (await watch()).outputs.due
  const { id } = await scene.github.addWorkflowRun({})
  const environment = { GITHUB_RUN_ID: String(id) }
  expect((await scene.drill({}, { environment })).exitCode).toBe(0)
  expect(await due()).toBe('[]')
  const dayBefore = new Date(Date.now() - 25 * 3_600_000).toISOString()
  await claimDrill(scene.github, 'default', { recordedAt: dayBefore })
  expect(await due()).toBe('[]')
  // One by hand of an older point, or of another scenario, says nothing about the newest that was drilled.
  await claimDrill(scene.github, 'default', { recoveryPoint: 'backup-2026-01-01-database' })
  expect(await due()).toBe('[]')
  // Another job of the run.
  await scene.github.addWorkflowRun({ id, conclusion: 'failure' })
  expect(await due()).toBe('["database-restore"]')
})

test('what may not be asked is not green, and says what is missing', async () => {
  const found = await watch({}, { contents: 'read', issues: 'write' })
  expect(found.exitCode).toBe(2)
  expect(found.outputs.verdict).toBe('NOT PROVED')
  const late = await watch({ 'max-data-loss': '1s' }, { contents: 'read', actions: 'read' })
  expect(late.exitCode).toBe(1)
  expect(late.log).toContain('permissions: issues: write')
})
