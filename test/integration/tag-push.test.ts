import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { temporaryDirectory, type TemporaryDirectory } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { type ActionResult, runAction } from '@recovery-playbook/local-workflows'

let directory: TemporaryDirectory
let github: LocalGithub
let desk: string
beforeEach(async () => {
  directory = await temporaryDirectory(tmpdir())
  github = await startLocalGithub({ directory: join(directory.path, 'github') })
  desk = join(directory.path, 'desk')
  await git(directory.path, 'clone', '--quiet', github.gitDirectory(), desk)
})
afterEach(async () => {
  await github.close()
  await directory[Symbol.asyncDispose]()
})

async function git(folder: string, ...words: string[]): Promise<string> {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  const { stdout } = await promisify(execFile)('git', [...person, ...words], { cwd: folder })
  return stdout.trim()
}

const stored = (...words: string[]) => git(github.gitDirectory(), ...words)
const head = () => git(desk, 'rev-parse', 'HEAD')
const nothing = '0'.repeat(40)
const migration = 'journal/migrations/0002_more.py'

async function commit(files: Readonly<Record<string, string>>, message: string): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(desk, path)), { recursive: true })
    await writeFile(join(desk, path), text)
  }
  await git(desk, 'add', '--all')
  await git(desk, 'commit', '--quiet', '--allow-empty', '--message', message)
  return head()
}

interface Pushed {
  readonly before: string
  readonly after: string
  readonly ref?: string
  readonly forced?: boolean
}

/** The action on the event of a push, as on a runner without a checkout. */
async function onPush(
  { before, after, ref = 'refs/heads/main', forced = false }: Pushed,
  inputs: Readonly<Record<string, string>> = {},
  token = github.token,
): Promise<ActionResult> {
  const event = join(await mkdtemp(join(directory.path, 'event-')), 'event.json')
  const repository = { default_branch: 'main', full_name: github.repository }
  await writeFile(event, JSON.stringify({ ref, before, after, forced, repository }))
  return runAction({
    action: join(import.meta.dirname, '../../actions/create-backup-tag'),
    inputs,
    github: { apiUrl: github.apiUrl, token, repository: github.repository, commit: after },
    directory: join(directory.path, 'runner'),
    environment: { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: event, GITHUB_REF: ref },
  })
}

/** Commits, pushes, and runs the action on that push. */
async function push(files: Readonly<Record<string, string>>, message: string, inputs = {}) {
  const before = await head()
  const after = await commit(files, message)
  await git(desk, 'push', '--quiet', 'origin', 'HEAD:main')
  return { before, after, result: await onPush({ before, after }, inputs) }
}

const tags = async () => (await stored('tag', '--list')).split('\n').filter(Boolean)
const commitOf = (name = '') => stored('rev-parse', `refs/tags/${name}^{commit}`)
const messageOf = (name = '') => stored('tag', '--list', '--format=%(contents)', name)

test('a push that brings a migration tags the state before it, by the subject of the new head', async () => {
  const { before, result } = await push({ [migration]: 'm' }, 'Add moods | `<b>`\n\nAnd more.')
  expect([result.exitCode, result.log]).toEqual([0, result.log])
  const { tag = '' } = result.outputs
  expect(tag).toMatch(/^backup-\d{4}-\d\d-\d\d-add-moods-b$/)
  expect(result.outputs).toMatchObject({ created: 'true', commit: before })
  expect(result.outputs.reason).toBe(`It changes ${migration}.`)
  expect(await commitOf(tag)).toBe(before)
  expect(await messageOf(tag)).toBe('Backup before Add moods | `<b>`')
})

test('a push that changes nothing of weight tags nothing, and says why not', async () => {
  const { result } = await push({ 'journal/views.py': 'v' }, 'Word it better')
  expect(result).toMatchObject({ exitCode: 0, outputs: { tag: '', created: 'false' } })
  expect(result.outputs.reason).toContain('No path of the change is a major one')
  expect(result.summary).toContain('No backup tag')
  expect(await tags()).toEqual([])
})

test('what is a major change is said by the input, or by the playbook on GitHub', async () => {
  const globs = { 'major-changes': 'docs/**\n!docs/drafts/**' }
  const drafted = await push({ 'docs/drafts/a.md': 'a' }, 'A draft', globs)
  expect(drafted.result.outputs.created).toBe('false')
  const written = await push({ 'docs/a.md': 'a' }, 'A document', globs)
  expect(written.result.outputs.created).toBe('true')
  const text = "tags: { major-changes: ['templates/**'] }\n"
  await push({ '.github/recovery-playbook.yml': text }, 'A playbook')
  const changed = await push({ 'templates/page.html': 'p' }, 'A page')
  expect(changed.result.outputs.created).toBe('true')
  const migrated = await push({ [migration]: 'm' }, 'Not of weight here')
  expect(migrated.result.outputs.created).toBe('false')
})

test('a file that was renamed away counts', async () => {
  await push({ [migration]: 'the same text in both places' }, 'Add it')
  const before = await head()
  await git(desk, 'mv', migration, 'journal/old.py')
  const after = await commit({}, 'Move it away')
  await git(desk, 'push', '--quiet', 'origin', 'HEAD:main')
  expect((await onPush({ before, after })).outputs.created).toBe('true')
})

test('a merge commit counts with all that it merges', async () => {
  const before = await head()
  await git(desk, 'checkout', '--quiet', '-b', 'change')
  await commit({ [migration]: 'm' }, 'On the branch')
  await git(desk, 'checkout', '--quiet', 'main')
  await git(desk, 'merge', '--quiet', '--no-ff', '-m', 'Merge the change', 'change')
  await git(desk, 'push', '--quiet', 'origin', 'main')
  const { outputs } = await onPush({ before, after: await head() })
  expect(outputs).toMatchObject({ created: 'true', commit: before })
  expect(outputs.tag).toContain('merge-the-change')
})

test('ten runs for one push leave one tag, and a run on another day finds it', async () => {
  const { before, after } = await push({ [migration]: 'm' }, 'Add moods')
  const runs = await Promise.all(Array.from({ length: 10 }, () => onPush({ before, after })))
  expect(runs.map(({ exitCode }) => exitCode)).toEqual(Array(10).fill(0))
  const [name = '', ...others] = await tags()
  expect(others).toEqual([])
  const object = await stored('rev-parse', `refs/tags/${name}`)
  await stored('update-ref', 'refs/tags/backup-2020-01-01-long-ago', object)
  await stored('update-ref', '-d', `refs/tags/${name}`)
  const again = await onPush({ before, after })
  expect(again.outputs).toMatchObject({ tag: 'backup-2020-01-01-long-ago', created: 'false' })
})

test('the tag of a recovery point on that commit does not count: retention may remove it', async () => {
  const before = await head()
  const words = ['tag', '--annotate', '--message', 'Recovery point', 'backup-2026-01-01-database']
  await git(github.gitDirectory(), ...words, before)
  const { result } = await push({ [migration]: 'm' }, 'Add moods')
  expect(result.outputs).toMatchObject({ created: 'true', commit: before })
})

test('a first push has no state before it, and a push elsewhere is not looked at', async () => {
  const after = await head()
  const first = await onPush({ before: nothing, after })
  expect(first).toMatchObject({ exitCode: 0, outputs: { created: 'false' } })
  expect(first.outputs.reason).toContain('first push')
  for (const ref of ['refs/heads/other', 'refs/tags/v1']) {
    const { exitCode, outputs } = await onPush({ before: after, after, ref })
    expect({ exitCode, reason: outputs.reason }).toEqual({
      exitCode: 0,
      reason: `${ref} is not the branch main, whose pushes are tagged.`,
    })
  }
  expect(await tags()).toEqual([])
})

test('what a force push throws away is tagged, whatever it changes', async () => {
  const start = await head()
  const thrownAway = await commit({ 'notes.txt': 'n' }, 'Thrown away')
  await git(desk, 'push', '--quiet', 'origin', 'main')
  await git(desk, 'reset', '--quiet', '--hard', start)
  const after = await commit({ 'other.txt': 'o' }, 'Instead')
  await git(desk, 'push', '--quiet', '--force', 'origin', 'main')
  const { outputs } = await onPush({ before: thrownAway, after, forced: true })
  expect(outputs).toMatchObject({ created: 'true', commit: thrownAway })
  expect(outputs.reason).toContain('took commits away')
  expect(await commitOf(outputs.tag)).toBe(thrownAway)
})

test('a state that GitHub has forgotten is not protected, and that is red', async () => {
  const lost = 'a'.repeat(40)
  const { exitCode, log } = await onPush({ before: lost, after: await head(), forced: true })
  expect(exitCode).toBe(1)
  expect(log).toContain(`${lost}, is not on GitHub any more`)
  expect(await tags()).toEqual([])
})

test('a main that was deleted is kept by a tag', async () => {
  const before = await head()
  const { exitCode, outputs } = await onPush({ before, after: nothing })
  expect(exitCode).toBe(0)
  expect(outputs).toMatchObject({ created: 'true', commit: before })
  expect(await messageOf(outputs.tag)).toBe('Backup before main was deleted')
})

test('where workflow files changed, the new head is tagged and names the commit before', async () => {
  const workflow = { '.github/workflows/ci.yml': 'on: push\n', [migration]: 'm' }
  const { before, after, result } = await push(workflow, 'Add CI')
  expect([result.exitCode, result.log]).toEqual([0, result.log])
  const { tag = '', commit: tagged, 'restore-command': command = '' } = result.outputs
  expect(tagged).toBe(after)
  expect(await messageOf(tag)).toContain(before)
  expect(result.summary).toContain(before)
  expect(result.summary).toContain('workflows: write')
  const clone = join(directory.path, 'clone')
  await git(directory.path, 'clone', '--quiet', github.gitDirectory(), clone)
  await promisify(execFile)('bash', ['-c', command], { cwd: clone })
  expect(await git(clone, 'rev-parse', 'HEAD')).toBe(before)
})

test('a token that may only read is told which permission is missing, and nothing is half made', async () => {
  const before = await head()
  const after = await commit({ [migration]: 'm' }, 'Add moods')
  await git(desk, 'push', '--quiet', 'origin', 'main')
  const reader = github.issueToken({ contents: 'read' })
  const { exitCode, log } = await onPush({ before, after }, {}, reader)
  expect(exitCode).toBe(1)
  expect(log).toContain('permissions: contents: write')
  expect(await tags()).toEqual([])
})

test('a change of more files than GitHub lists is a major one', async () => {
  const many = Array.from({ length: 301 }, (_, number) => [`pages/${number}.txt`, `${number}`])
  const { result } = await push(Object.fromEntries(many) as Record<string, string>, 'Many pages')
  expect(result.outputs).toMatchObject({ created: 'true' })
  expect(result.outputs.reason).toBe('It changes more files than GitHub lists.')
})

test('a subject without a letter, and one in another language, become valid names', async () => {
  const emoji = await push({ [migration]: '1' }, '🎉🎉')
  expect(emoji.result.outputs.tag).toMatch(/-push-[0-9a-f]{7}$/)
  const german = await push({ [migration]: '2' }, 'Überholung der 日記')
  expect(german.result.outputs.tag).toMatch(/-überholung-der-日記$/)
})

test('without the payload of a push nothing is guessed', async () => {
  const empty = join(directory.path, 'empty.json')
  await writeFile(empty, '{}')
  const { exitCode, log } = await runAction({
    action: join(import.meta.dirname, '../../actions/create-backup-tag'),
    inputs: {},
    github: { ...github, apiUrl: github.apiUrl, commit: await head() },
    directory: join(directory.path, 'runner'),
    environment: { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: empty },
  })
  await rm(empty)
  expect(exitCode).toBe(1)
  expect(log).toContain('does not say what was pushed')
})

test.each([
  ['restricts creating tags', 'Cannot create ref due to creations being restricted.'],
  ['wants names of another pattern', 'Cannot create ref: name must match the pattern v*.'],
])('a ruleset that %s is told, with where it is mended', async (_, why) => {
  github.arm({
    ...{ kind: 'status', method: 'POST', path: '/repos/*/*/git/refs', times: 20, status: 422 },
    body: { message: `Repository rule violations found\n\n${why}\n`, status: '422' },
  })
  const { result } = await push({ [migration]: 'm' }, 'Add moods')
  github.disarm()
  expect(result.exitCode).toBe(1)
  expect(result.log).toContain('Repository rule violations found')
  expect(result.log).toContain('Settings, Rules')
  expect(await tags()).toEqual([])
})

test('where the log branch is protected the tag is made all the same, and a warning says what is missing', async () => {
  github.arm({
    // After the tag's own.
    ...{ kind: 'status', method: 'POST', path: '/repos/*/*/git/refs', occurrence: 2, times: 30 },
    ...{ status: 422, body: { message: 'Repository rule violations found', status: '422' } },
  })
  const { result, before } = await push({ [migration]: 'm' }, 'Add moods')
  github.disarm()
  expect([result.exitCode, result.outputs.created]).toEqual([0, 'true'])
  expect(await commitOf(result.outputs.tag)).toBe(before)
  expect(result.log).toMatch(/WARNING: .* is made, and not noted on the branch recovery-log/)
})

test('in a repository without a commit there is nothing to tag, and that is said', async () => {
  await github.addRepository('acme/unborn', { empty: true })
  const result = await runAction({
    action: join(import.meta.dirname, '../../actions/create-backup-tag'),
    inputs: { description: 'the first day' },
    github: {
      ...{ apiUrl: github.apiUrl, repository: 'acme/unborn', commit: '' },
      token: github.issueToken({ contents: 'write' }, { repository: 'acme/unborn' }),
    },
    directory: join(directory.path, 'runner'),
  })
  expect(result.exitCode).toBe(1)
  expect(result.log).toMatch(/ERROR [A-Z_]+: .*(empty|commit)/)
  expect(result.log).not.toContain('UNEXPECTED')
})
