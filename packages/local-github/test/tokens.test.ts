import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { freshGithub, newRelease } from './client.ts'
import type { TestGithub } from './client.ts'

let github: TestGithub
beforeEach(async () => {
  github = await freshGithub()
})
afterEach(() => github[Symbol.asyncDispose]())

test('a private repository does not exist for whoever has no token for it', async () => {
  await github.addRepository('acme/other')
  const stranger = github.issueToken({ contents: 'write' }, { repository: 'acme/other' })
  expect((await github.ask('GET', '', { token: null })).status).toBe(404)
  expect((await github.ask('GET', '/releases', { token: stranger })).status).toBe(404)
  expect((await github.ask('GET', '')).status).toBe(200)
})

test('a bad or expired token is told so', async () => {
  let now = new Date()
  await using other = await freshGithub({ now: () => now })
  const expiresAt = new Date(now.getTime() + 60_000)
  const token = other.issueToken({ contents: 'read' }, { expiresAt })
  expect((await other.ask('GET', '/releases', { token })).status).toBe(200)
  now = new Date(now.getTime() + 61_000)
  const expired = await other.ask('GET', '/releases', { token })
  expect(expired.status).toBe(401)
  expect(expired.body.message).toBe('Bad credentials')
  expect((await other.ask('GET', '/releases', { token: 'ghs_wrong' })).status).toBe(401)
})

test('a token that lacks a permission is told which one', async () => {
  const token = github.issueToken({ contents: 'read' })
  const { status, body, headers } = await github.ask('POST', '/releases', {
    token,
    body: { tag_name: 'v1' },
  })
  expect(status).toBe(403)
  expect(body.message).toBe('Resource not accessible by integration')
  expect(headers.get('x-accepted-github-permissions')).toBe('contents=write')
  expect((await github.ask('GET', '/issues', { token })).status).toBe(403)
})

test('a token that may only read sees no draft', async () => {
  const token = github.issueToken({ contents: 'read' })
  const draft = await newRelease(github, { tag_name: 'v1' })
  expect((await github.ask('GET', '/releases', { token })).body).toEqual([])
  expect((await github.ask('GET', `/releases/${draft.id}`, { token })).status).toBe(404)
  expect((await github.ask('GET', `/releases/${draft.id}/assets`, { token })).status).toBe(404)
  expect((await github.ask('GET', '/releases')).body).toHaveLength(1)
})

test('a public repository is read by everybody and written by nobody without a token', async () => {
  await using open = await freshGithub({ private: false })
  await newRelease(open, { tag_name: 'v1', draft: false })
  expect((await open.ask('GET', '/releases/tags/v1', { token: null })).status).toBe(200)
  const write = { token: null, body: { tag_name: 'v2' } }
  expect((await open.ask('POST', '/releases', write)).status).toBe(401)
  expect((await open.ask('GET', '')).body).toMatchObject({ private: false, visibility: 'public' })
})

test('a route that is not built says so, in GitHub’s shape', async () => {
  const { status, body } = await github.ask('GET', '/milestones')
  expect(status).toBe(404)
  expect(body.message).toContain('does not support GET /repos/acme/journal/milestones')
})
