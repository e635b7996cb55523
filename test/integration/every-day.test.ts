import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { commitFiles, headOf } from '@recovery-playbook/github'
import {
  publishFiles,
  runWorkflow,
  type WorkflowOrder,
  type WorkflowResult,
} from '@recovery-playbook/local-workflows'
import { parsePlaybook, usualPlaybookPath } from '@recovery-playbook/playbook'
import { type ApplicationScene, openApplicationScene } from '../support/application-scene.ts'

/** An ordinary repository, a Django application, as `init` sets it up: nobody wrote a workflow. */
let scene: ApplicationScene
let switchOff: Server
/** What the dead-man's switch was asked for. */
const pings: string[] = []
let secrets: Record<string, string> = {}
let variables: Record<string, string> = {}

/** Of another account. */
const mirror = 'elsewhere/backups'

const root = join(import.meta.dirname, '../..')
const schedule = { name: 'schedule', payload: { schedule: '47 4,16 * * *' } }

beforeAll(async () => {
  scene = await openApplicationScene()
  switchOff = createServer(({ url = '' }, answer) => {
    pings.push(url)
    answer.end('OK')
  })
  await new Promise<void>((ready) => switchOff.listen(0, '127.0.0.1', ready))
  await scene.github.addRepository(mirror, { private: true })
  await promisify(execFile)(
    process.execPath,
    [
      join(root, 'packages/cli/dist/index.js'),
      ...['--directory', scene.workspace, 'init', '--mirror', mirror],
    ],
    {
      env: {
        ...{ PATH: process.env.PATH ?? '', GITHUB_REPOSITORY: scene.github.repository },
        ...{ GITHUB_API_URL: scene.github.apiUrl, GH_TOKEN: scene.github.token },
      },
    },
  )
  // Nobody outside is asked how he is.
  await scene.edit(usualPlaybookPath, (text) =>
    text.replace(/status-pages:[^]*$/, 'status-pages: []\n'),
  )
  // The one line that its user adds: a dead-man's switch is somebody else's service.
  await scene.edit('.github/workflows/backup.yml', (text) =>
    text.replace('    secrets:\n', '    secrets:\n      PING_URL: ${{ secrets.PING_URL }}\n'),
  )
  await scene.commitAll('What init proposed')
  const playbook = await readFile(join(scene.workspace, usualPlaybookPath), 'utf8')
  const { configuration } = parsePlaybook(playbook).members
  variables = Object.fromEntries(configuration.map((name) => [name, `value of ${name}`]))
  secrets = {
    ...variables,
    DATABASE_PUBLIC_URL: scene.database.url,
    BACKUP_PASSPHRASE: scene.passphrase,
    MIRROR_TOKEN: scene.github.issueToken({ contents: 'write' }, { repository: mirror }),
    PING_URL: `http://127.0.0.1:${(switchOff.address() as AddressInfo).port}/a-secret-path`,
  }
}, 300_000)
afterAll(async () => {
  switchOff.close()
  await scene[Symbol.asyncDispose]()
})

const run = (file: string, event: WorkflowOrder['event'], more: Partial<WorkflowOrder> = {}) =>
  runWorkflow({
    ...{ file: `.github/workflows/${file}`, event, github: scene.github, secrets, variables },
    directory: scene.directory,
    checkouts: { 'recovery-playbook/recovery-playbook': root },
    ...more,
  })

/** Each job that ran and how it ended; of one that failed, its log. */
const ended = ({ jobs }: WorkflowResult) =>
  Object.fromEntries(
    jobs.flatMap(({ id, conclusion, log }) =>
      conclusion === 'skipped' ? [] : [[id, conclusion === 'success' ? conclusion : log]],
    ),
  )

const repository = () => {
  const [owner = '', repo = ''] = scene.github.repository.split('/')
  return { owner, repo }
}

interface History {
  readonly rows: { kind: string; recordedAt: string; snapshotAt: string }[]
}

/** So many days go by for the drills: the history says that they were so much earlier. */
async function daysGoBy(days: number): Promise<void> {
  const request = githubClient(scene.github.token, scene.github.apiUrl)
  const path = 'history/default.json'
  const { data } = await request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...{ ...repository(), path, ref: 'recovery-log' },
    mediaType: { format: 'raw' },
  })
  const { rows } = JSON.parse(data as unknown as string) as History
  const before = (text: string) => new Date(Date.parse(text) - days * 86_400_000).toISOString()
  const earlier = rows.map((row) =>
    row.kind === 'drill'
      ? { ...row, recordedAt: before(row.recordedAt), snapshotAt: before(row.snapshotAt) }
      : row,
  )
  const parent = await headOf(request, repository(), 'recovery-log')
  const files = { [path]: JSON.stringify({ format: 1, rows: earlier }) }
  const sha = await commitFiles(request, repository(), { parent, files, message: 'Days go by' })
  await request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...{ ...repository(), ref: 'heads/recovery-log', sha, force: false },
  })
}

/** A pull request with these files, as GitHub tells of it. */
async function proposed(
  changed: Readonly<Record<string, string>>,
): Promise<WorkflowOrder['event']> {
  const ref = 'refs/pull/1/merge'
  await publishFiles(scene.github, { from: root, changed, ref })
  return { name: 'pull_request', ref }
}

test('before the first backup the guard holds a merge, and lets the recovery files pass as a repair', async () => {
  const held = await run('merge-guard.yml', await proposed({ 'journal/views.py': '# more\n' }))
  expect(held.conclusion).toBe('failure')
  expect(held.jobs[0]?.summary).toContain('gh workflow run backup.yml')
  const repair = await proposed({ [usualPlaybookPath]: 'status-pages: []\n' })
  const passes = await run('merge-guard.yml', repair)
  expect(passes.conclusion).toBe('success')
  expect(passes.jobs[0]?.summary).toContain('NOT PROVED, repair')
})

test('a push that changes a model is tagged, and nothing else runs', async () => {
  await scene.edit('journal/migrations/0099_nothing.py', () => '# Nothing\n')
  await scene.commitAll('A migration')
  expect(ended(await run('backup.yml', { name: 'push' }))).toEqual({ 'backup / tag': 'success' })
  await scene.git('revert', '--no-edit', 'HEAD')
  await scene.git('push', '--quiet', 'origin', 'HEAD:main')
})

test('the fourth week: a tag, an export, and a drill of each scenario, from the mirror as well', async () => {
  const result = await run('backup.yml', schedule)
  expect(ended(result)).toEqual({
    'backup / export': 'success',
    'backup / watch': 'success',
    'backup / tag': 'success',
    'backup / verify (database-restore)': 'success',
    'backup / verify (environment-rebuild)': 'success',
    'backup / verify (catastrophe)': 'success',
  })
  const summaries = result.jobs.map(({ summary }) => summary).join('\n')
  expect(summaries).toContain('| self-test |')
  expect(summaries).toContain(mirror)
  expect(result.jobs.map(({ log }) => log).join('\n')).not.toContain(scene.passphrase)
}, 600_000)

test('the daily run: an export and a look, and the switch outside of GitHub is told', async () => {
  const before = pings.length
  expect(ended(await run('backup.yml', schedule))).toEqual({
    'backup / export': 'success',
    'backup / watch': 'success',
  })
  expect(pings.slice(before)).toEqual(['/a-secret-path'])
})

test('a week later: the database is drilled again, with a tag, and the rest is not yet due', async () => {
  await daysGoBy(7)
  expect(ended(await run('backup.yml', schedule))).toEqual({
    'backup / export': 'success',
    'backup / watch': 'success',
    'backup / tag': 'success',
    'backup / verify (database-restore)': 'success',
  })
}, 300_000)

test('a drill by hand of each other way: with the document alone, and back in code', async () => {
  const drill = (inputs: Record<string, string | boolean>) =>
    run('restore-drill.yml', { name: 'workflow_dispatch' }, { inputs })
  expect(ended(await drill({ 'by-hand': true }))).toEqual({ 'drill / verify': 'success' })
  const rollback = await drill({ scenario: 'code-rollback' })
  expect(ended(rollback)).toEqual({ 'drill / verify': 'success' })
  expect(rollback.jobs[0]?.summary).toContain('code-rollback')
}, 300_000)

test('now the guard lets a merge pass, in a pull request and in a queue', async () => {
  const change = { 'journal/views.py': '# more\n' }
  expect(ended(await run('merge-guard.yml', await proposed(change)))).toEqual({
    'guard / proof': 'success',
    'guard / merge-guard': 'success',
  })
  expect((await run('merge-guard.yml', { name: 'merge_group' })).conclusion).toBe('success')
})

test('the watch is green, and shows on the badge how old the proof is', async () => {
  expect(
    ended(
      await run('watch.yml', {
        name: 'schedule',
        payload: { schedule: '17 0,4,8,12,16,20 * * *' },
      }),
    ),
  ).toEqual({ 'watch / watch': 'success' })
  const request = githubClient(scene.github.token, scene.github.apiUrl)
  const { data } = await request('GET /repos/{owner}/{repo}/contents/{path}', {
    ...{ ...repository(), path: 'badge.json', ref: 'recovery-log' },
    mediaType: { format: 'raw' },
  })
  expect(JSON.parse(data as unknown as string)).toMatchObject({
    schemaVersion: 1,
    message: expect.stringMatching(/^PROVED today/),
    color: 'brightgreen',
  })
})
