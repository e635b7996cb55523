import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { createBackupTag, deleteTag, resolveCommit } from '../src/index.ts'

const repository = parseRepository('acme/journal')
/** More than ten commits, the oldest first. */
const commits: string[] = []

let directory: string
let github: LocalGithub
let request: GithubRequest
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'backup-tag-'))
  github = await startLocalGithub({ directory, rateLimit: 100_000 })
  request = githubClient(github.token, github.apiUrl)
  commits.push(git('rev-parse', 'HEAD'))
  for (let day = 1; day <= 10; day += 1) {
    const { data } = await request('PUT /repos/{owner}/{repo}/contents/{path}', {
      ...repository,
      path: `day-${day}.txt`,
      message: `Day ${day}`,
      content: 'YQ==',
    })
    commits.push(data.commit.sha ?? '')
  }
})
afterAll(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const git = (...words: string[]) =>
  execFileSync('git', ['--git-dir', github.gitDirectory(), ...words], { encoding: 'utf8' }).trim()

const commit = (index: number) => commits.at(index) ?? ''

const tagAt = (
  index: number,
  name: string,
  {
    asker = request,
    onSameCommit = 'reuse',
  }: { asker?: GithubRequest; onSameCommit?: 'reuse' | 'next' } = {},
) =>
  createBackupTag({
    request: asker,
    repository,
    name,
    commit: commit(index),
    message: `Backup before ${name}`,
    onSameCommit,
  })

test('the state to go back to has an annotated tag that says what it came before', async () => {
  const made = await tagAt(0, 'backup-2026-11-24-annotated')
  expect(made).toEqual({ name: 'backup-2026-11-24-annotated', commit: commit(0), created: true })
  expect(git('cat-file', '-t', made.name)).toBe('tag')
  expect(git('rev-parse', `${made.name}^{commit}`)).toBe(commit(0))
  expect(git('for-each-ref', '--format=%(contents)', `refs/tags/${made.name}`)).toBe(
    'Backup before backup-2026-11-24-annotated',
  )
})

test('a job that runs twice on one commit finds its tag again, and makes no second one', async () => {
  const name = 'backup-2026-11-24-twice'
  await tagAt(1, name)
  expect(await tagAt(1, name)).toEqual({ name, commit: commit(1), created: false })
  expect(git('tag', '--list', `${name}*`)).toBe(name)
})

test('a tag that protects another commit is never moved: the next one gets a name of its own', async () => {
  const name = 'backup-2026-11-24-taken'
  await tagAt(1, name)
  expect(await tagAt(2, name)).toEqual({ name: `${name}-2`, commit: commit(2), created: true })
  expect(git('rev-parse', `${name}^{commit}`)).toBe(commit(1))
  expect(await tagAt(2, name)).toMatchObject({ name: `${name}-2`, created: false })
})

test('two exports of one commit on one day are two recovery points: each has its own tag', async () => {
  const name = 'backup-2026-11-24-exports'
  const both = [
    await tagAt(1, name, { onSameCommit: 'next' }),
    await tagAt(1, name, { onSameCommit: 'next' }),
  ]
  expect(both.map((tag) => tag.name)).toEqual([name, `${name}-2`])
})

test('a lightweight tag that somebody made by hand protects its commit as well', async () => {
  const name = 'backup-2026-11-24-by-hand'
  git('tag', name, commit(3))
  expect(await tagAt(3, name)).toEqual({ name, commit: commit(3), created: false })
  expect(await tagAt(4, name)).toMatchObject({ name: `${name}-2`, created: true })
})

test('ten jobs at once on ten commits lose no state: each gets a tag of its own', async () => {
  const name = 'backup-2026-11-24-race'
  const indexes = Array.from({ length: 10 }, (_, index) => index)
  const made = await Promise.all(indexes.map((index) => tagAt(index, name)))
  expect(new Set(made.map((tag) => tag.name)).size).toBe(10)
  expect(made.every(({ created }) => created)).toBe(true)
  for (const [index, tag] of made.entries()) {
    expect(git('rev-parse', `${tag.name}^{commit}`)).toBe(commit(index))
  }
})

test('ten jobs at once on one commit share one tag', async () => {
  const made = await Promise.all(commits.slice(0, 10).map(() => tagAt(5, 'backup-2026-11-24-one')))
  expect(new Set(made.map((tag) => tag.name))).toEqual(new Set(['backup-2026-11-24-one']))
  expect(made.filter(({ created }) => created)).toHaveLength(1)
})

test('a name taken between the look and the claim is no error', async () => {
  const name = 'backup-2026-11-24-between'
  const interfering = ((route: string, parameters: Record<string, unknown>) => {
    if (route.startsWith('POST') && route.endsWith('/git/refs') && git('tag', '-l', name) === '') {
      git('tag', name, commit(6))
    }
    return request(route, parameters)
  }) as unknown as GithubRequest
  expect(await tagAt(7, name, { asker: interfering })).toMatchObject({
    name: `${name}-2`,
    commit: commit(7),
    created: true,
  })
})

test('a token that may not write is told so, with the permission that it lacks', async () => {
  const reader = githubClient(github.issueToken({ contents: 'read' }), github.apiUrl)
  const name = 'backup-2026-11-24-refused'
  await expect(tagAt(1, name, { asker: reader })).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining(`create the tag ${name} (403)`),
    hint: expect.stringContaining('contents: write'),
  })
  expect(git('tag', '--list', name)).toBe('')
})

test('a rule of the repository that forbids the tag is named as such, and not taken for a taken name', async () => {
  github.arm({ kind: 'status', method: 'POST', path: '/git/refs$', status: 422 })
  await expect(tagAt(1, 'backup-2026-11-24-ruled')).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    hint: expect.stringContaining('rule of the repository'),
  })
})

test('one bad gateway on the way costs no backup', async () => {
  github.arm({ kind: 'status', method: 'POST', path: '/git/tags$', status: 502 })
  expect(await tagAt(1, 'backup-2026-11-24-gateway')).toMatchObject({ created: true })
})

test('the tag of a failed export can be removed again', async () => {
  const { name } = await tagAt(1, 'backup-2026-11-24-removed')
  await deleteTag(request, repository, name)
  expect(git('tag', '--list', name)).toBe('')
})

test('whatever names a commit leads to it: a branch, a tag, a full and a short SHA', async () => {
  await tagAt(2, 'backup-2026-11-24-named')
  const found = (ref: string) => resolveCommit(request, repository, ref)
  expect(await found('main')).toBe(commit(-1))
  expect(await found('backup-2026-11-24-named')).toBe(commit(2))
  expect(await found(commit(2))).toBe(commit(2))
  expect(await found(commit(2).slice(0, 12))).toBe(commit(2))
})

test.each(['nowhere', '0'.repeat(40), 'feature/nowhere'])(
  'a commit that is not there (%s) is a wrong input, and says so',
  async (ref) => {
    await expect(resolveCommit(request, repository, ref)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `acme/journal has no commit '${ref}', as 'ref' asks.`,
      hint: expect.stringContaining('has been pushed'),
    })
  },
)
