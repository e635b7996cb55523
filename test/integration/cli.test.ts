import { execFile } from 'node:child_process'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type JobResult, runWorkflow } from '@recovery-playbook/local-workflows'
import { parsePlaybook, usualPlaybookPath } from '@recovery-playbook/playbook'
import { type ApplicationScene, openApplicationScene } from '../support/application-scene.ts'

/** A realistic repository: the Django application, and a playbook that somebody wrote by hand. */
let scene: ApplicationScene
let handWritten: string
beforeAll(async () => {
  scene = await openApplicationScene()
  const source = join(import.meta.dirname, '../documents/planted/PLAYBOOK.md')
  await copyFile(source, join(scene.workspace, 'PLAYBOOK.md'))
  handWritten = await readFile(source, 'utf8')
  await scene.commitAll('How we would recover')
}, 300_000)
afterAll(() => scene[Symbol.asyncDispose]())

const bundle = join(import.meta.dirname, '../../packages/cli/dist/index.js')

interface Ended {
  readonly code: number
  readonly output: string
}

/** The bundle, as its user calls it: in the clone, with a token in the environment. */
function cli(words: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const { apiUrl, token, repository } = scene.github
  const env = {
    PATH: process.env.PATH ?? '',
    ...{ GITHUB_API_URL: apiUrl, GH_TOKEN: token, GITHUB_REPOSITORY: repository },
    ...variables,
  }
  return new Promise<Ended>((resolve) => {
    const order = [bundle, '--directory', scene.workspace, ...words]
    const child = execFile(process.execPath, order, { env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr })
    })
  })
}

const file = (path: string) => readFile(join(scene.workspace, path), 'utf8')
const reader = () =>
  scene.github.issueToken({ contents: 'read', secrets: 'read', actions: 'read', issues: 'read' })

test('what nobody can know without a playbook ends with the command that writes one', async () => {
  for (const command of ['audit', 'render']) {
    const { code, output } = await cli([command])
    expect([code, output]).toEqual([2, expect.stringContaining('recovery-playbook init')])
  }
})

test('init proposes what it would write, and writes nothing when only asked', async () => {
  const { code, output } = await cli(['init', '--dry-run'])
  expect(code).toBe(0)
  expect(output).toContain('new    .github/workflows/backup.yml')
  expect(await scene.git('status', '--porcelain')).toBe('')
})

test('init writes the playbook and the workflows, and says why and which secrets to set', async () => {
  const { code, output } = await cli(['init', '--mirror', 'elsewhere/backups'])
  expect(code).toBe(0)
  const added = (await scene.git('status', '--porcelain', '--untracked-files=all')).split('\n')
  expect(added.map((line) => line.trim())).toEqual([
    '?? .github/recovery-playbook.yml',
    '?? .github/workflows/backup.yml',
    '?? .github/workflows/merge-guard.yml',
    '?? .github/workflows/restore-drill.yml',
    '?? .github/workflows/watch.yml',
  ])
  expect(output).toContain('gh secret set BACKUP_PASSPHRASE')
  const playbook = parsePlaybook(await file(usualPlaybookPath))
  // The hand-written table promises it so.
  expect(playbook.guarantees['environment-rebuild'].recoveryTime).toBe(3_600_000)
  expect(playbook.contacts.map(({ name }) => name)).toEqual([
    'Ada Lovelace, +49 30 1234, on call',
    'Bob Babbage, bob@example.org, knows the database',
  ])
})

test('init once more overwrites nothing', async () => {
  const path = join(scene.workspace, '.github/workflows/backup.yml')
  const before = await readFile(path, 'utf8')
  await writeFile(path, `${before}# By hand\n`)
  const { code, output } = await cli(['init'])
  expect(code).toBe(0)
  expect(output).toContain('left   .github/workflows/backup.yml')
  expect(await readFile(path, 'utf8')).toBe(`${before}# By hand\n`)
  await writeFile(path, before)
})

test('the files that init wrote run green: tag, export and drill of the application', async () => {
  await scene.edit(usualPlaybookPath, (text) =>
    text
      // The other account, as far as this machine has one; and nobody outside is asked.
      .replace(/ {2}- to: elsewhere\/backups\n.*\n/, `  - to: ${join(scene.directory, 'mirror')}\n`)
      .replace(/status-pages:[^]*$/, 'status-pages: []\n'),
  )
  await scene.commitAll('The proposed playbook and workflows')
  const { configuration } = parsePlaybook(await file(usualPlaybookPath)).members
  const values = Object.fromEntries(configuration.map((name) => [name, `value of ${name}`]))
  const secrets = {
    ...values,
    DATABASE_PUBLIC_URL: scene.database.url,
    BACKUP_PASSPHRASE: scene.passphrase,
  }
  await scene.github.addRepository(scene.github.repository, { secrets: Object.keys(secrets) })
  const { jobs } = await runWorkflow({
    file: '.github/workflows/backup.yml',
    event: { name: 'workflow_dispatch' },
    github: scene.github,
    ...{ secrets, variables: values, directory: scene.directory },
    checkouts: { 'recovery-playbook/recovery-playbook': join(import.meta.dirname, '../..') },
  })
  const failed = jobs.filter(({ conclusion }: JobResult) => conclusion !== 'success')
  expect(failed.map(({ id, log }) => `${id}: ${log}`)).toEqual([])
  expect(jobs.map(({ id }) => id)).toEqual([
    ...['backup / export', 'backup / watch', 'backup / tag'],
    ...['backup / verify (database-restore)', 'backup / verify (environment-rebuild)'],
  ])
}, 600_000)

test('the guard that init wrote, a caller of ours, lets a merge pass after that drill', async () => {
  const { jobs } = await runWorkflow({
    file: '.github/workflows/merge-guard.yml',
    event: { name: 'merge_group' },
    github: scene.github,
    directory: scene.directory,
    checkouts: { 'recovery-playbook/recovery-playbook': join(import.meta.dirname, '../..') },
  })
  expect(jobs.map(({ id, conclusion }) => [id, conclusion])).toEqual([
    ['guard / proof', 'success'],
    ['guard / merge-guard', 'success'],
  ])
  expect(jobs[0]?.summary).toMatch(/^## PROVED/)
})

test('list shows the recovery point with its proof', async () => {
  const { code, output } = await cli(['list'], { GH_TOKEN: reader() })
  expect(code).toBe(0)
  expect(output).toMatch(
    /^backup-\S+ {2}default {2}\S.* old {2}.*opened by passphrase {2}PROVED \S+ \(environment-rebuild\)\n$/,
  )
})

/** The issue of a watch, in which somebody has said that their copy of the key opens nothing. */
async function plantFailedKeyCheck(): Promise<void> {
  const { apiUrl, token, repository } = scene.github
  const lines = [
    '<!-- recovery-playbook key-check 2026-Q3 default -->',
    '<!-- recovery-playbook answer failed ada 2026-07-02T08:00:00Z -->',
  ]
  await fetch(`${apiUrl}/repos/${repository}/issues`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({
      ...{ title: 'Do you still hold the key?', labels: ['recovery-key-check'] },
      body: lines.join('\n'),
    }),
  })
}

test('audit finds what the hand-written playbook claims and what is not so', async () => {
  await plantFailedKeyCheck()
  const { code, output } = await cli(['audit'], { GH_TOKEN: reader() })
  expect(code).toBe(1)
  const found = output.split('\n').filter((line) => /^\S+:\d+: /.test(line))
  const expected = [
    'PLAYBOOK.md:12: false: Railway backups of the database, daily, kept for 30 days',
    'PLAYBOOK.md:13: unproved: Point-in-time recovery at Railway',
    'PLAYBOOK.md:14: false: Replication of the database',
    'PLAYBOOK.md:15: unproved: Media at Cloudinary',
    'PLAYBOOK.md:39: false: railway run pg_dump $DATABASE_URL',
    'PLAYBOOK.md:47: false: python manage.py check',
    'false: the secret MIRROR_TOKEN holds what it is named for',
    'false: a person holds what opens the recovery points of default (key-check-failed)',
  ]
  for (const line of expected) expect(found).toContainEqual(expect.stringContaining(line))
  expect(output).toMatch(/unproved: catastrophe takes at most .* \(guarantee-never-drilled\)/)
  // What the drill has shown is no finding.
  expect(output).not.toMatch(/(database-restore|environment-rebuild) takes/)
  expect(output).not.toContain('unknown:')
})

test('in a workflow the findings are annotations on their lines, and a table in the summary', async () => {
  const summary = join(scene.directory, 'summary.md')
  await writeFile(summary, '')
  const { output } = await cli(['audit'], {
    ...{ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GH_TOKEN: reader() },
  })
  expect(output).toMatch(/^::error title=false%3A command-cannot-work,file=PLAYBOOK.md,line=39::/m)
  expect(output).toMatch(/^::warning title=unproved%3A [\w-]+,file=PLAYBOOK.md,line=13::/m)
  const table = await readFile(summary, 'utf8')
  expect(table).toMatch(/\| \*\*false\*\* \| PLAYBOOK.md:39 \|/)
})

test('what GitHub does not tell is unknown, and never green', async () => {
  const { code, output } = await cli(['audit'], { GH_TOKEN: '' })
  expect(code).not.toBe(0)
  expect(output).toContain('unknown: the secrets that are named')
  expect(output).toContain('unknown: the guarantees')
  expect(output).toContain('unknown: what opens the recovery points')
})

test('render adds the generated parts and keeps every hand-written byte', async () => {
  expect(await cli(['render'])).toEqual({ code: 0, output: 'PLAYBOOK.md is written.\n' })
  const text = await file('PLAYBOOK.md')
  expect(text.startsWith(handWritten.trimEnd())).toBe(true)
  expect(text).toMatch(/\| `database-restore` +\| at most 30 min .*PROVED/)
  expect(text).toMatch(/\| `catastrophe` .*never drilled/)
  expect(text).toContain('1. Bob Babbage')
  const [, rows = ''] = /begin tags -->([^]*?)<!--/.exec(text) ?? []
  expect(rows.match(/^\| `backup-/gm)).toHaveLength(2)
})

test('render once more changes nothing, and says when it would', async () => {
  const before = await file('PLAYBOOK.md')
  expect(await cli(['render'])).toEqual({ code: 0, output: 'PLAYBOOK.md is up to date.\n' })
  expect((await cli(['render', '--check'])).code).toBe(0)
  expect(await file('PLAYBOOK.md')).toBe(before)
  const moved = before.replace('1. Bob Babbage', '1. Somebody else')
  await scene.edit('PLAYBOOK.md', () => moved)
  const { code, output } = await cli(['render', '--check'])
  expect([code, output]).toEqual([1, expect.stringContaining('not up to date')])
  expect(await file('PLAYBOOK.md')).toBe(moved)
})

test('render refuses broken markers, and writes nothing', async () => {
  const broken = (await file('PLAYBOOK.md')).replace('<!-- recovery-playbook:end tags -->', '')
  await scene.edit('PLAYBOOK.md', () => broken)
  const { code, output } = await cli(['render'])
  expect(code).toBe(2)
  expect(output).toMatch(/Line \d+: at the marker/)
  expect(await file('PLAYBOOK.md')).toBe(broken)
})
