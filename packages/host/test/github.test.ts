import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type LocalGithub, startLocalGithub } from '@recovery-playbook/local-github'
import { githubClient } from '../src/index.ts'

const repository = { owner: 'acme', repo: 'journal' }
const path = '/repos/acme/journal'

let directory: string
let github: LocalGithub
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'client-'))
  github = await startLocalGithub({ directory })
})
afterEach(async () => {
  await github.close()
  await rm(directory, { recursive: true, force: true })
})

const ask = () =>
  githubClient(github.token, github.apiUrl)('GET /repos/{owner}/{repo}', { ...repository })

test.each([400, 401, 403, 404, 409, 422, 429])(
  'GitHub’s refusal (%d) is an answer: asking again would only use up the hourly limit',
  async (status) => {
    github.arm({ kind: 'status', path, status, times: 10 })
    await expect(ask()).rejects.toMatchObject({ status })
    expect(github.requests()).toHaveLength(1)
  },
)

test.each([
  ['a bad gateway', { kind: 'status', path, status: 502 }],
  ['a broken connection', { kind: 'cut', path }],
] as const)('%s costs a second and no backup', async (_, fault) => {
  github.arm(fault)
  await expect(ask()).resolves.toMatchObject({ status: 200 })
  expect(github.requests()).toHaveLength(2)
})

test('no log shows what the client asks, and no error shows its token', async () => {
  github.arm({ kind: 'status', path, status: 403 })
  const error: unknown = await ask().catch((caught: unknown) => caught)
  expect(JSON.stringify(error)).not.toContain(github.token)
})

test('a cancelled job does not wait for an answer that never comes, and still undoes what it began', async () => {
  const stop = new AbortController()
  const request = githubClient(github.token, github.apiUrl, stop.signal)
  await request('GET /repos/{owner}/{repo}', { ...repository })
  github.arm({ kind: 'hang', path, times: 10 })
  const started = performance.now()
  const hanging = request('GET /repos/{owner}/{repo}', { ...repository })
  setTimeout(() => {
    stop.abort()
  }, 50)
  await expect(hanging).rejects.toThrow()
  expect(performance.now() - started).toBeLessThan(10_000)
  const undone = request('DELETE /repos/{owner}/{repo}/releases/{release_id}', {
    ...repository,
    release_id: 1,
  })
  await expect(undone).rejects.toMatchObject({ status: 404 })
})
