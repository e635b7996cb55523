import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { temporaryDirectory, type TemporaryDirectory } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { runAction } from '@recovery-playbook/local-workflows'

const day = 86_400_000

let directory: TemporaryDirectory
let github: LocalGithub
let desk: string
/** GitHub's clock is so far behind this machine's, in milliseconds. */
let behind = 0
let handWritten: string
beforeEach(async () => {
  behind = 0
  directory = await temporaryDirectory(tmpdir())
  github = await startLocalGithub({
    directory: join(directory.path, 'github'),
    now: () => new Date(Date.now() - behind),
  })
  desk = join(directory.path, 'desk')
  await git(directory.path, 'clone', '--quiet', github.gitDirectory(), desk)
  handWritten = await readFile('test/documents/planted/PLAYBOOK.md', 'utf8')
  await publish('PLAYBOOK.md', handWritten)
})
afterEach(async () => {
  await github.close()
  await directory[Symbol.asyncDispose]()
})

async function git(folder: string, ...words: string[]): Promise<string> {
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  const { stdout } = await promisify(execFile)('git', [...person, ...words], { cwd: folder })
  return stdout
}

async function publish(path: string, text: string): Promise<string> {
  await writeFile(join(desk, path), text)
  await git(desk, 'add', path)
  await git(desk, 'commit', '--quiet', '--message', `Write ${path}`)
  await git(desk, 'push', '--quiet', 'origin', 'HEAD:main')
  return (await git(desk, 'rev-parse', 'HEAD')).trim()
}

const proposer = () => github.issueToken({ contents: 'write', 'pull-requests': 'write' })

/** A tag by hand, as a workflow's step makes it. */
async function tag(description: string, inputs: Readonly<Record<string, string>> = {}) {
  return runAction({
    action: join(import.meta.dirname, '../../actions/create-backup-tag'),
    inputs: {
      ...{ description, 'history-document': 'PLAYBOOK.md', 'history-token': proposer() },
      ...inputs,
    },
    github: {
      ...{ apiUrl: github.apiUrl, token: github.token, repository: github.repository },
      commit: (await git(desk, 'rev-parse', 'HEAD')).trim(),
    },
    directory: join(directory.path, 'runner'),
  })
}

interface Pull {
  readonly number: number
  readonly state: string
  readonly title: string
}

async function api(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${github.apiUrl}/repos/${github.repository}${path}`, {
    method,
    headers: { authorization: `Bearer ${github.token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return response.json()
}
const pulls = async () => (await api('GET', '/pulls?state=all')) as Pull[]
const branch = 'recovery-playbook/tag-history'
const proposed = () => git(github.gitDirectory(), 'show', `${branch}:PLAYBOOK.md`)
/** Lines that the proposal adds; and nothing else may differ. */
async function rows(): Promise<string[]> {
  const now = (await proposed()).split('\n')
  const before = handWritten.split('\n')
  const added = now.filter((line) => !before.includes(line))
  expect(now.filter((line) => !added.includes(line))).toEqual(before)
  return added
}

test('the first tag that the document lacks is proposed, and nothing else of it is changed', async () => {
  const { exitCode, outputs, log } = await tag('the move')
  expect([exitCode, log]).toEqual([0, expect.stringContaining('/pull/1 adds backup-')])
  expect(await pulls()).toMatchObject([
    { number: 1, state: 'open', title: 'Bring the tag history up to date' },
  ])
  expect(await rows()).toEqual([
    expect.stringMatching(
      new RegExp(
        `^\\| \`${outputs.tag ?? ''}\` \\| [\\d-]+ \\| the move \\| Recovery Playbook \\|$`,
      ),
    ),
  ])
  const main = await git(github.gitDirectory(), 'show', 'main:PLAYBOOK.md')
  expect(main).toBe(handWritten)
})

test('within a week the proposal stays as it is', async () => {
  behind = 3 * day
  await tag('the move')
  await publish('other.txt', 'more')
  behind = 0
  const early = await tag('another day')
  expect([early.exitCode, early.log]).toEqual([0, expect.stringContaining('not a week old yet')])
  expect(await rows()).toHaveLength(1)
})

test('after a week the same pull request has every row, on the newest main', async () => {
  behind = 8 * day
  await tag('the move')
  const head = await publish('other.txt', 'more')
  behind = 0
  await tag('another day')
  expect(await rows()).toHaveLength(2)
  expect(await pulls()).toHaveLength(1)
  expect((await git(github.gitDirectory(), 'rev-parse', `${branch}^`)).trim()).toBe(head)
})

test('what was merged is in step, and what was closed is proposed anew a week later', async () => {
  behind = 8 * day
  await tag('the move')
  await api('PATCH', '/pulls/1', { state: 'closed' })
  const merged = await proposed()
  behind = 0
  const again = await tag('the move')
  expect(again.log).toContain('/pull/2 adds')
  await api('PATCH', '/pulls/2', { state: 'closed' })
  expect((await tag('the move')).log).toContain('not a week old yet')
  await publish('PLAYBOOK.md', merged)
  const commit = { ref: (await git(desk, 'rev-parse', 'HEAD~1')).trim() }
  expect((await tag('the move', commit)).log).toContain('PLAYBOOK.md has every tag.')
  expect(await pulls()).toHaveLength(2)
})

test('without a token nothing is proposed, and the log says what it takes', async () => {
  const { exitCode, log } = await tag('the move', { 'history-token': '' })
  expect([exitCode, log]).toEqual([0, expect.stringContaining('takes a `history-token`')])
  expect(await pulls()).toEqual([])
})

test('the playbook file names the document as well', async () => {
  await publish('recovery.yml', 'tags: { history-document: PLAYBOOK.md }\n')
  const { log } = await tag('the move', { 'history-document': '', playbook: 'recovery.yml' })
  expect(log).toContain('/pull/1 adds')
})

test.each([
  [
    'a token that may not propose',
    () => ({ 'history-token': github.issueToken({ contents: 'write' }) }),
  ],
  ['a document that is not there', () => ({ 'history-document': 'NONE.md' })],
  ['a document without a table', () => ({ 'history-document': 'README.md' })],
])('%s costs no tag, and a warning says what to do', async (_, inputs) => {
  const { exitCode, outputs, log } = await tag('the move', inputs())
  expect([exitCode, outputs.created]).toEqual([0, 'true'])
  expect(log).toMatch(/WARNING: .*is not kept in step/)
  expect(await pulls()).toEqual([])
})

test('a ruleset that protects the branch costs no tag', async () => {
  github.arm({
    ...{ kind: 'status', method: 'POST', path: '/git/refs$', occurrence: 3, times: 9, status: 422 },
    body: { message: 'Repository rule violations found', status: '422' },
  })
  const { exitCode, log } = await tag('the move')
  expect([exitCode, log]).toEqual([0, expect.stringContaining('Repository rule violations found')])
})
