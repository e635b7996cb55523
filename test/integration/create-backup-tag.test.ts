import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { temporaryDirectory, type TemporaryDirectory } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { type ActionResult, runAction } from '@recovery-playbook/local-workflows'

let directory: TemporaryDirectory
let github: LocalGithub
/** A clone to make commits in, each pushed at once. */
let desk: string
let first: string
let second: string
beforeAll(async () => {
  directory = await temporaryDirectory(tmpdir())
  github = await startLocalGithub({ directory: join(directory.path, 'github') })
  desk = await clone('desk')
  first = await git(desk, 'rev-parse', 'HEAD')
  second = await commitFile('main', 'journal.py', 'second')
})
afterAll(async () => {
  await github.close()
  await directory[Symbol.asyncDispose]()
})

async function git(folder: string, ...words: string[]): Promise<string> {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  const { stdout } = await promisify(execFile)('git', [...person, ...words], { cwd: folder })
  return stdout.trim()
}

const stored = (...words: string[]) => git(github.gitDirectory(), ...words)

async function clone(name: string): Promise<string> {
  const folder = join(directory.path, name)
  await git(directory.path, 'clone', '--quiet', github.gitDirectory(), folder)
  return folder
}

async function commitFile(branch: string, path: string, content: string): Promise<string> {
  await git(desk, 'checkout', '--quiet', '-B', branch)
  await mkdir(join(desk, path, '..'), { recursive: true })
  await writeFile(join(desk, path), content)
  await git(desk, 'add', path)
  await git(desk, 'commit', '--quiet', '--message', `Change ${path}`)
  await git(desk, 'push', '--quiet', 'origin', branch)
  return git(desk, 'rev-parse', 'HEAD')
}

const tag = (description: string, commit = second, token = github.token): Promise<ActionResult> =>
  runAction({
    action: join(import.meta.dirname, '../../actions/create-backup-tag'),
    inputs: { description },
    github: { apiUrl: github.apiUrl, token, repository: github.repository, commit },
    directory: join(directory.path, 'runner'),
  })

async function tagged(description: string, commit?: string): Promise<string> {
  const { exitCode, outputs, log } = await tag(description, commit)
  if (exitCode !== 0) throw new Error(log)
  return outputs.tag ?? ''
}

const today = () => new Date().toISOString().slice(0, 10)
const commitOf = (name: string) => stored('rev-parse', `refs/tags/${name}^{commit}`)
const tagsLike = async (part: string) =>
  (await stored('tag', '--list', `*${part}*`)).split('\n').filter(Boolean)

test('the state before an upgrade is found again: an annotated tag that says what it came before', async () => {
  const before = today()
  const { exitCode, outputs, summary } = await tag('upgrade to Django 5.1')
  expect(exitCode).toBe(0)
  const dates = [...new Set([before, today()])]
  expect(dates.map((date) => `backup-${date}-upgrade-to-django-5-1`)).toContain(outputs.tag)
  expect(outputs).toMatchObject({ commit: second, created: 'true' })
  expect(summary).toContain(outputs.tag)
  const name = outputs.tag ?? ''
  expect(await stored('cat-file', '-t', `refs/tags/${name}`)).toBe('tag')
  expect(await stored('tag', '--list', '--format=%(contents)', name)).toBe(
    'Backup before upgrade to Django 5.1',
  )
  expect(await commitOf(name)).toBe(second)
})

test('a description that begins with "before" does not come before itself', async () => {
  const name = await tagged('Before the second migration')
  expect(name).toMatch(/-before-the-second-migration$/)
  expect(await stored('tag', '--list', '--format=%(contents)', name)).toBe(
    'Backup before the second migration',
  )
})

test.each([
  "'; touch pwned; echo '",
  '$(touch pwned) `touch pwned`',
  '../../heads/main',
  'a..b~1^2:c?d*e[f\\g.lock @{h}/',
  '-rf --delete main',
  '日記を更新 Überholung',
  `line one\nline two ${'x'.repeat(300)}`,
])('no description makes a tag that git refuses: %j', async (description) => {
  const name = await tagged(description)
  await stored('check-ref-format', '--allow-onelevel', name)
  expect(await commitOf(name)).toBe(second)
  expect(await stored('fsck', '--strict')).not.toMatch(/error|warning/)
})

test('the same state is not tagged twice by a run that is repeated', async () => {
  const once = await tag('repeated')
  const object = await stored('rev-parse', `refs/tags/${once.outputs.tag ?? ''}`)
  const again = await tag('repeated')
  expect(again).toMatchObject({
    exitCode: 0,
    outputs: { ...once.outputs, created: 'false', reason: 'This tag was there before.' },
  })
  expect(await tagsLike('repeated')).toEqual([once.outputs.tag])
  expect(await stored('rev-parse', `refs/tags/${once.outputs.tag ?? ''}`)).toBe(object)
})

test('a state that was protected earlier today stays protected: another commit gets -2', async () => {
  const earlier = await tagged('moved', first)
  const later = await tagged('moved', second)
  expect(later).toBe(`${earlier}-2`)
  expect([await commitOf(earlier), await commitOf(later)]).toEqual([first, second])
})

test('a lightweight tag that somebody made by hand is not moved', async () => {
  const name = `backup-${today()}-by-hand`
  await stored('update-ref', `refs/tags/${name}`, first)
  expect(await tagged('by hand', second)).toBe(`${name}-2`)
  expect(await stored('rev-parse', `refs/tags/${name}`)).toBe(first)
})

test('a lightweight tag on the same commit protects it already', async () => {
  const name = `backup-${today()}-enough`
  await stored('update-ref', `refs/tags/${name}`, second)
  expect((await tag('enough')).outputs).toMatchObject({ tag: name, created: 'false' })
  expect(await tagsLike('enough')).toEqual([name])
})

test('two runs at once on the same commit end well with one tag', async () => {
  const runs = await Promise.all([tag('both at once'), tag('both at once')])
  expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  expect(runs.map(({ outputs }) => outputs.created).sort()).toEqual(['false', 'true'])
  expect(await tagsLike('both-at-once')).toEqual([runs[0].outputs.tag])
})

test('two runs at once on different commits each protect their own', async () => {
  const names = await Promise.all([tagged('a race', first), tagged('a race', second)])
  expect(new Set(names).size).toBe(2)
  expect(await Promise.all(names.map(commitOf))).toEqual([first, second])
})

test.each(['a bad deploy', '日記の更新'])(
  'the printed command brings a clone back to the state before %s',
  async (description) => {
    const { outputs, summary } = await tag(description, first)
    const command = outputs['restore-command'] ?? ''
    expect(summary).toContain(command)
    const folder = await clone(`clone-${outputs.tag ?? ''}`)
    expect(await git(folder, 'rev-parse', 'HEAD')).toBe(second)
    await git(folder, 'tag', '--delete', outputs.tag ?? '')
    await promisify(execFile)('bash', ['-c', command], { cwd: folder })
    expect(await git(folder, 'rev-parse', 'HEAD')).toBe(first)
    expect(await git(folder, 'branch', '--show-current')).toBe(`restore-${outputs.tag ?? ''}`)
    expect(await git(folder, 'status', '--porcelain')).toBe('')
  },
)

test('a tag that GitHub forbids because of workflow files is explained, and not left half-made', async () => {
  const commit = await commitFile('new-workflow', '.github/workflows/other.yml', 'on: push\n')
  const { exitCode, log, summary } = await tag('forbidden by workflows', commit)
  expect(exitCode).toBe(1)
  for (const text of [log, summary]) {
    expect(text).toMatch(/refused to create the tag .*\(403\)/)
    expect(text).toContain('.github/workflows differs from the default branch')
    expect(text).toContain('give another token')
  }
  expect(await tagsLike('forbidden')).toEqual([])
})

test('a token that may only read is told which permission is missing', async () => {
  const reader = github.issueToken({ contents: 'read' })
  const { exitCode, log } = await tag('read only', second, reader)
  expect(exitCode).toBe(1)
  expect(log).toContain('permissions: contents: write')
  expect(await tagsLike('read-only')).toEqual([])
})

test('a commit that was never pushed is not tagged by another name', async () => {
  const { exitCode, log } = await tag('unknown', '0'.repeat(39) + '1')
  expect(exitCode).toBe(1)
  expect(log).toMatch(/no commit '0{39}1'[\s\S]*has been pushed/)
})
