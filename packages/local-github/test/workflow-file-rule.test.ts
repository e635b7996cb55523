import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commitFile, freshGithub, mainSha } from './client.ts'
import type { Fields, TestGithub } from './client.ts'

let github: TestGithub
let personal: string
let before: string

beforeEach(async () => {
  github = await freshGithub()
  personal = github.issueToken({ contents: 'write', workflows: 'write' })
  before = await mainSha(github)
  await github.ask('POST', '/git/refs', { body: { ref: 'refs/tags/old', sha: before } })
  await commitFile(github, '.github/workflows/backup.yml', 'on: push', personal)
})
afterEach(() => github[Symbol.asyncDispose]())

const post = (path: string, body: Fields, token = github.token) =>
  github.ask('POST', path, { body, token })

test('GITHUB_TOKEN cannot tag a commit whose workflow files differ, another token can', async () => {
  const body = { ref: 'refs/tags/v1', sha: before }
  const refused = await post('/git/refs', body)
  expect(refused.status).toBe(403)
  expect(refused.body.message).toBe('Resource not accessible by integration')
  expect(refused.headers.get('x-accepted-github-permissions')).toContain('workflows=write')
  expect((await post('/git/refs', body, personal)).status).toBe(201)
})

test('GITHUB_TOKEN can tag and release an older commit as long as workflow files are the same', async () => {
  const same = await mainSha(github)
  await commitFile(github, 'app.py', 'print()')
  expect((await post('/git/refs', { ref: 'refs/tags/v1', sha: same })).status).toBe(201)
  expect((await post('/releases', { tag_name: 'v1' })).status).toBe(201)
})

test('GITHUB_TOKEN can neither make nor edit a release at such a commit', async () => {
  expect((await post('/releases', { tag_name: 'old' })).status).toBe(403)
  expect((await post('/releases', { tag_name: 'x', target_commitish: before })).status).toBe(403)
  const { body } = await post('/releases', { tag_name: 'old' }, personal)
  const edit = (token: string) =>
    github.ask('PATCH', `/releases/${body.id}`, { body: { body: 'Proved' }, token })
  expect((await edit(github.token)).status).toBe(403)
  expect((await edit(personal)).status).toBe(200)
})

test('GITHUB_TOKEN loses a release’s notes when a workflow file changes later', async () => {
  const { body } = await post('/releases', { tag_name: 'v1' })
  await commitFile(github, '.github/workflows/backup.yml', 'on: schedule', personal)
  const edit = { body: { body: 'Proved' } }
  expect((await github.ask('PATCH', `/releases/${body.id}`, edit)).status).toBe(403)
})

test('GITHUB_TOKEN cannot write a workflow file', async () => {
  const body = { message: 'x', content: 'eA==' }
  const path = '/contents/.github/workflows/x.yml'
  expect((await github.ask('PUT', path, { body })).status).toBe(403)
})
