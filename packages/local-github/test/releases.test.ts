import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { commitFile, freshGithub, mainSha, newRelease } from './client.ts'
import type { TestGithub } from './client.ts'

let github: TestGithub
beforeEach(async () => {
  github = await freshGithub()
})
afterEach(() => github[Symbol.asyncDispose]())

test('a half-made backup is not found by its tag before it is published', async () => {
  const draft = await newRelease(github, { tag_name: 'backup-1' })
  expect(draft).toMatchObject({ draft: true, published_at: null, immutable: false })
  expect((await github.ask('GET', '/releases/tags/backup-1')).status).toBe(404)
  expect((await github.ask('GET', '/git/ref/tags/backup-1')).status).toBe(404)
  const published = await github.ask('PATCH', `/releases/${draft.id}`, { body: { draft: false } })
  expect(published.body.published_at).not.toBeNull()
  expect((await github.ask('GET', '/releases/tags/backup-1')).body.id).toBe(draft.id)
})

test('a published backup has its tag on the newest commit, unless a target says otherwise', async () => {
  const first = await mainSha(github)
  const head = await commitFile(github, 'a.txt', 'a')
  await newRelease(github, { tag_name: 'v1', draft: false })
  await newRelease(github, { tag_name: 'v2', draft: false, target_commitish: first })
  expect((await github.ask('GET', '/git/ref/tags/v1')).body.object).toMatchObject({
    type: 'commit',
    sha: head,
  })
  expect((await github.ask('GET', '/git/ref/tags/v2')).body.object.sha).toBe(first)
})

test('a backup of a tag that exists leaves the tag where it is', async () => {
  const first = await mainSha(github)
  await github.ask('POST', '/git/refs', { body: { ref: 'refs/tags/v1', sha: first } })
  await commitFile(github, 'a.txt', 'a')
  await newRelease(github, { tag_name: 'v1', draft: false })
  expect((await github.ask('GET', '/git/ref/tags/v1')).body.object.sha).toBe(first)
})

test('two published backups never share a tag', async () => {
  await newRelease(github, { tag_name: 'v1', draft: false })
  const again = await github.ask('POST', '/releases', { body: { tag_name: 'v1' } })
  expect(again.status).toBe(422)
  expect(again.body.errors).toEqual([
    { resource: 'Release', code: 'already_exists', field: 'tag_name' },
  ])
})

test.each(['a..b', 'a b', '-x/.lock', 'x~1', ''])('tag name %j is refused', async (name) => {
  const { status, body } = await github.ask('POST', '/releases', { body: { tag_name: name } })
  expect(status).toBe(422)
  expect(body.errors.map(({ field }) => field)).toContain('tag_name')
})

test('a target that does not exist is refused, and no release stays behind', async () => {
  const reply = await github.ask('POST', '/releases', {
    body: { tag_name: 'v1', target_commitish: 'nowhere' },
  })
  expect(reply.status).toBe(422)
  expect((await github.ask('GET', '/releases')).body).toEqual([])
})

test('a client that reads all pages sees every backup once, newest commit first', async () => {
  for (let n = 1; n <= 7; n++) await newRelease(github, { tag_name: `v${n}` })
  const seen: string[] = []
  let next: string | undefined = '/releases?per_page=3'
  while (next !== undefined) {
    const { body, headers } = await github.ask('GET', next)
    seen.push(...body.map(({ tag_name }) => tag_name))
    next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]
  }
  expect(seen).toEqual(['v7', 'v6', 'v5', 'v4', 'v3', 'v2', 'v1'])
  const middle = await github.ask('GET', '/releases?per_page=3&page=2')
  const relations = middle.headers.get('link')?.match(/rel="\w+"/g)
  expect(relations).toEqual(['rel="prev"', 'rel="next"', 'rel="last"', 'rel="first"'])
})

test('a backup that asks not to be the latest release does not hide the application’s', async () => {
  const shown = async () => (await github.ask('GET', '/releases/latest')).body.tag_name
  await newRelease(github, { tag_name: 'app-1', draft: false })
  await newRelease(github, { tag_name: 'backup-1', draft: false, make_latest: 'false' })
  expect(await shown()).toBe('app-1')
  await newRelease(github, { tag_name: 'app-2', draft: false, prerelease: true })
  expect(await shown()).toBe('app-1')
  const { status } = await github.ask('POST', '/releases', {
    body: { tag_name: 'x', make_latest: false },
  })
  expect(status).toBe(422)
})

test('created_at is the commit’s date, so that nobody chooses a backup by it', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  await using later = await freshGithub({ now: () => now })
  now = new Date('2026-03-01T00:00:00Z')
  const release = await newRelease(later, { tag_name: 'v1', draft: false })
  expect(release).toMatchObject({
    created_at: '2026-01-01T00:00:00Z',
    published_at: '2026-03-01T00:00:00Z',
  })
})

test('a deleted backup is gone and leaves its tag', async () => {
  const release = await newRelease(github, { tag_name: 'v1', draft: false })
  expect((await github.ask('DELETE', `/releases/${release.id}`)).status).toBe(204)
  expect((await github.ask('GET', `/releases/${release.id}`)).status).toBe(404)
  expect((await github.ask('GET', '/git/ref/tags/v1')).status).toBe(200)
})

test('a backup that loses its tag is a draft again', async () => {
  const release = await newRelease(github, { tag_name: 'v1', draft: false })
  await github.ask('DELETE', '/git/refs/tags/v1')
  expect((await github.ask('GET', `/releases/${release.id}`)).body.draft).toBe(true)
})

test('notes longer than GitHub stores are refused', async () => {
  const body = { tag_name: 'v1', body: 'x'.repeat(125_001) }
  expect((await github.ask('POST', '/releases', { body })).status).toBe(422)
})
