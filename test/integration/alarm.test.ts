import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
let tag = ''
let statusPage = ''
const server = createServer((asked, answer) => {
  const status = { indicator: 'minor', description: '<b>@everyone</b> Degraded | performance' }
  if (asked.url === '/up') answer.end(JSON.stringify({ page: { name: 'Up' }, status }))
  else answer.writeHead(503).end()
})
beforeAll(async () => {
  scene = await openScene()
  tag = await scene.publish()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  statusPage = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.close()
  await scene[Symbol.asyncDispose]()
})

const onMain = { GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_NAME: 'schedule' }
const tooSlow = { 'max-recovery-time': '0.001s' }

const drill = (
  inputs: Record<string, string> = {},
  { token = scene.github.token, environment = onMain } = {},
) =>
  scene.drill(
    {
      'status-pages': `${statusPage}/up ${statusPage}/down`,
      contacts: 'Database: ops@example.com, +49 30 1234\n<img src=x> `whoami` @acme/everybody',
      token,
      ...inputs,
    },
    { environment },
  )

interface Issue {
  readonly number: number
  readonly state: string
  readonly state_reason: string | null
  readonly title: string
  readonly body: string
  readonly comments: number
  readonly labels: readonly { readonly name: string }[]
}

async function ask<Answer>(path: string): Promise<Answer> {
  const { apiUrl, repository, token } = scene.github
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${apiUrl}/repos/${repository}${path}`, { headers })).json() as Answer
}

const issues = () => ask<Issue[]>('/issues?state=all&direction=asc')

const commentsOf = async (number: number) =>
  (await ask<{ body: string }[]>(`/issues/${number}/comments`)).map(({ body }) => body)

const statuses = () =>
  ask<{ state: string; context: string; target_url: string }[]>(`/commits/${scene.commit}/statuses`)

test('a drill that fails opens an issue that says what failed, whom to call and where to look', async () => {
  const result = await drill(tooSlow)
  expectVerdict(result, 'FAILED')
  const [issue, ...others] = await issues()
  expect(others).toEqual([])
  expect(result.log).toContain(`/issues/${issue?.number ?? 0} was opened`)
  expect(issue?.labels.map(({ name }) => name)).toEqual(['recovery-drill'])
  const body = issue?.body ?? ''
  expect(body).toContain('**recovery time** (FAILED)')
  expect(body).toContain('- `Database: ops@example.com, +49 30 1234`')
  expect(body).toContain(`gh run view 1 --repo ${scene.github.repository} --log-failed`)
  expect(body).toContain(`gh release download ${tag}`)
  expect(body).toContain('503')
  expect(body).toContain('Degraded \\| performance')
  expect(body).not.toMatch(/<(?!!-- recovery-playbook|br>)/)
  expect(body.split('### Whom to call')[1]).not.toMatch(/(?<![\w`])@\w/)
  expect(body).not.toContain(scene.passphrase)
})

test('the next drill that fails says so in the same issue', async () => {
  expectVerdict(await drill(tooSlow), 'FAILED')
  const found = await issues()
  expect(found.map(({ state }) => state)).toEqual(['open'])
  expect(await commentsOf(found[0]?.number ?? 0)).toEqual([
    expect.stringMatching(/^\*\*FAILED\*\*: .*[^]*recovery time/),
  ])
})

test('what a branch or a pull request tries opens, changes and closes nothing', async () => {
  const before = await issues()
  const feature = { ...onMain, GITHUB_REF: 'refs/heads/feature' }
  expectVerdict(await drill({}, { environment: feature }), 'PROVED')
  const pull = { GITHUB_REF: 'refs/pull/1/merge', GITHUB_EVENT_NAME: 'pull_request' }
  expectVerdict(await drill(tooSlow, { environment: pull }), 'FAILED')
  expect(await issues()).toEqual(before)
})

test('without permissions the verdict is the same, and the log says what to give', async () => {
  const before = await issues()
  const token = scene.github.issueToken({ contents: 'write' })
  const failed = await drill(tooSlow, { token })
  expectVerdict(failed, 'FAILED')
  const passed = await drill({}, { token })
  expectVerdict(passed, 'PROVED')
  for (const { log } of [failed, passed]) {
    expect(log).toContain('`permissions: issues: write`')
    expect(log).toContain('`permissions: statuses: write`')
  }
  expect(await issues()).toEqual(before)
})

test('a drill that proves recovery closes the issue with the proof', async () => {
  const { log, outputs } = await drill()
  expect(outputs.verdict).toBe('PROVED')
  const [issue] = await issues()
  expect(issue).toMatchObject({ state: 'closed', state_reason: 'completed' })
  expect(log).toContain(`Issue #${issue?.number ?? 0} is closed`)
  expect((await commentsOf(issue?.number ?? 0)).at(-1)).toMatch(
    /^\*\*PROVED\*\*: [^]*Recovery works again/,
  )
})

test('a drill that is refused before it begins opens an issue, too, and the next proof closes it', async () => {
  const refused = await drill({ passphrase: '' })
  expect(refused.exitCode).toBe(2)
  expect(refused.outputs.verdict).toBe('NOT PROVED')
  const open = (await issues()).filter(({ state }) => state === 'open')
  expect(open).toHaveLength(1)
  expect(open[0]?.body).toContain('**NOT PROVED**')
  expect(open[0]?.body).toContain("**begun** (NOT PROVED): The input 'passphrase' is empty.")
  expect(open[0]?.body).toContain('ops@example.com')
  expect(open[0]?.body).toContain('Is the secret set')

  const unreadable = await drill({ application: 'serv: x' })
  expect(unreadable.exitCode).toBe(2)
  expect(unreadable.log).toContain(`/issues/${open[0]?.number ?? 0} is open, and was brought up`)
  const tried = { GITHUB_REF: 'refs/heads/try', GITHUB_EVENT_NAME: 'push' }
  expect((await drill({ passphrase: '' }, { environment: tried })).log).not.toContain('/issues/')

  expectVerdict(await drill(), 'PROVED')
  expect((await issues()).filter(({ state }) => state === 'open')).toEqual([])
})

test('the commit of the recovery point shows what the latest drill found', async () => {
  expect((await statuses())[0]).toMatchObject({
    state: 'success',
    context: 'recovery-playbook/database-restore',
    target_url: expect.stringMatching(/\/actions\/runs\/1$/),
  })
  await drill({ ...tooSlow, alarm: 'false' })
  expect((await statuses())[0]).toMatchObject({ state: 'failure' })
})

test('an issue about the newest recovery point is not closed by a proof of an older one', async () => {
  await scene.publish()
  expectVerdict(await drill(tooSlow), 'FAILED')
  const open = (await issues()).filter(({ state }) => state === 'open')
  expect(open).toHaveLength(1)
  const older = await drill({ 'recovery-point': tag })
  expectVerdict(older, 'PROVED')
  expect(older.log).toContain(`Issue #${open[0]?.number ?? 0} stays open`)
  expect((await issues()).filter(({ state }) => state === 'open')).toHaveLength(1)
})

test('report.json, the record and the history hold the figures that the outputs give', async () => {
  const { outputs, summary } = await drill({ alarm: 'false' })
  const report = JSON.parse(await readFile(outputs.report ?? '', 'utf8')) as {
    measured: Record<string, number>
    verdict: string
  }
  expect(report).toMatchObject({ format: 1, verdict: 'PROVED', scenario: 'database-restore' })
  expect(outputs.scenario).toBe('database-restore')
  const { recoverySeconds, dataLossSeconds, ageSeconds } = report.measured
  expect(Number(outputs['recovery-seconds'])).toBe(recoverySeconds)
  expect(Number(outputs['data-loss-seconds'])).toBe(dataLossSeconds)
  expect(Number(outputs['age-seconds'])).toBe(ageSeconds)
  expect(summary).toContain('Recovery times of the last drills:')
  expect(summary).toContain('longest time between backups in 90 days')

  const { content } = await ask<{ content: string }>(
    '/contents/history/default.json?ref=recovery-log',
  )
  const { rows } = JSON.parse(Buffer.from(content, 'base64').toString()) as {
    rows: { kind: string; recoverySeconds: number | undefined }[]
  }
  expect(rows.filter(({ kind }) => kind === 'export')).toHaveLength(2)
  expect(rows.at(-1)).toMatchObject({ kind: 'drill', verdict: 'PROVED', recoverySeconds })
  expect(JSON.stringify(report)).not.toContain(scene.passphrase)
})
