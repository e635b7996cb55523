import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { RepositoryState } from '../src/state.ts'
import { first, freshGithub, mainSha, newRelease } from './client.ts'

const run = promisify(execFile)
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-github-state-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('after a restart backups, files, issues and tokens are as they were', async () => {
  const before = await freshGithub({ directory })
  const release = await newRelease(before, { tag_name: 'v1', draft: false })
  await before.upload(release, 'a.bin', Buffer.from('kept'))
  await before.ask('POST', '/issues', { body: { title: 'Kept' } })
  const reader = before.issueToken({ contents: 'read' })
  await before.close()
  await using again = await freshGithub({ directory })
  expect(again.token).toBe(before.token)
  const { body } = await again.ask('GET', '/releases/tags/v1', { token: reader })
  const response = await fetch(first(body.assets).url, {
    headers: { accept: 'application/octet-stream', authorization: `Bearer ${reader}` },
  })
  expect(await response.text()).toBe('kept')
  expect((await again.ask('GET', '/issues')).body[0]?.title).toBe('Kept')
})

test('many requests at once lose nothing, in memory or on disk', async () => {
  await using github = await freshGithub({ directory })
  const replies = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      n % 2 === 0
        ? github.ask('POST', '/issues', { body: { title: `n${n}` } })
        : github.ask('POST', '/releases', { body: { tag_name: `v${n}`, draft: true } }),
    ),
  )
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]))
  const path = join(directory, 'repositories/acme/journal/repository.json')
  const state = JSON.parse(await readFile(path, 'utf8')) as RepositoryState
  expect(state.issues).toHaveLength(30)
  expect(state.releases).toHaveLength(30)
  expect(new Set([...state.issues, ...state.releases].map(({ id }) => id)).size).toBe(60)
})

test('real git clones from the repository and pushes to it, and the API sees the push', async () => {
  await using github = await freshGithub({ directory })
  const clone = join(directory, 'clone')
  const git = (...args: string[]) =>
    run('git', ['-C', clone, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args])
  await run('git', ['clone', '--quiet', github.gitDirectory(), clone])
  await writeFile(join(clone, 'app.py'), 'print()\n')
  await git('add', 'app.py')
  await git('commit', '--quiet', '-m', 'Add the app')
  await git('tag', '-a', 'backup-1', '-m', 'A backup')
  await git('push', '--quiet', 'origin', 'HEAD:main', 'backup-1')
  const { stdout } = await git('rev-parse', 'HEAD')
  expect(await mainSha(github)).toBe(stdout.trim())
  const { body } = await github.ask('GET', '/git/ref/tags/backup-1')
  expect(body.object.type).toBe('tag')
  expect((await github.ask('GET', '/commits/backup-1')).body.commit.message).toBe('Add the app')
})

test('a second repository is one of its own', async () => {
  await using github = await freshGithub({ directory })
  await github.addRepository('acme/vault', { private: false })
  await newRelease(github, { tag_name: 'v1' })
  const token = github.issueToken({ contents: 'write' }, { repository: 'acme/vault' })
  const url = `${github.apiUrl}/repos/acme/vault/releases`
  expect((await github.ask('GET', url, { token })).body).toEqual([])
  expect(github.gitDirectory('acme/vault')).not.toBe(github.gitDirectory())
  await expect(github.addRepository('../escape')).rejects.toThrow(TypeError)
})
