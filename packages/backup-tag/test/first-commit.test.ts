import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { createBackupTag, newestCommit } from '../src/index.ts'

const repository = { owner: 'acme', repo: 'backups' }

let directory: string
let github: LocalGithub
let token: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'first-commit-'))
  github = await startLocalGithub({ directory })
  await github.addRepository('acme/backups', { empty: true })
  token = github.issueToken({ contents: 'write' }, { repository: 'acme/backups' })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const request = (given = token) => githubClient(given, github.apiUrl)
const tagOf = (commit: string, name = 'backup-2026-11-24-x') =>
  createBackupTag({
    ...{ request: request(), repository, name, commit },
    message: 'x',
    onSameCommit: 'next',
  })

test('the first backup into a repository that was just made does not fail for want of a commit', async () => {
  const commit = await newestCommit(request(), repository)
  await expect(tagOf(commit)).resolves.toMatchObject({ commit, created: true })
  const { data } = await request()('GET /repos/{owner}/{repo}/contents/{path}', {
    ...repository,
    path: 'README.md',
    mediaType: { format: 'raw' },
  })
  expect(data as unknown as string).toContain('Keep this repository private')
})

test('a repository that has commits gets none from us', async () => {
  const first = await newestCommit(request(), repository)
  const before = github.requests().filter(({ method }) => method === 'PUT').length
  await expect(newestCommit(request(), repository)).resolves.toBe(first)
  expect(github.requests().filter(({ method }) => method === 'PUT')).toHaveLength(before)
})

test('two first backups at the same time agree on the commit', async () => {
  const [one, two] = await Promise.all([
    newestCommit(request(), repository),
    newestCommit(request(), repository),
  ])
  expect(one).toBe(two)
})

test('a token that may not write is told so', async () => {
  const reader = request(github.issueToken({ contents: 'read' }, { repository: 'acme/backups' }))
  await expect(newestCommit(reader, repository)).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: expect.stringContaining('acme/backups (403)'),
    hint: expect.stringContaining('contents: write'),
  })
})

test('a name that a deleted immutable release had costs another name and no backup', async () => {
  await github.addRepository('acme/backups', { immutableReleases: true })
  const commit = await newestCommit(request(), repository)
  const { name } = await tagOf(commit)
  const { data } = await request()('POST /repos/{owner}/{repo}/releases', {
    ...repository,
    tag_name: name,
  })
  await request()('DELETE /repos/{owner}/{repo}/releases/{release_id}', {
    ...repository,
    release_id: data.id,
  })
  await request()('DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
    ...repository,
    ref: `tags/${name}`,
  })
  await expect(tagOf(commit)).resolves.toMatchObject({ name: `${name}-2`, created: true })
})

test('a rule that forbids every tag is said to be one, after a few names and not after 99', async () => {
  const commit = await newestCommit(request(), repository)
  const body = { message: 'Cannot create ref due to creations being restricted.' }
  github.arm({ kind: 'status', method: 'POST', path: 'git/refs$', status: 422, body, times: 99 })
  await expect(tagOf(commit)).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    hint: expect.stringContaining('Settings, Rules'),
  })
  expect(github.requests().filter(({ fault }) => fault !== undefined)).toHaveLength(5)
})
