import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { first, freshGithub, newRelease } from './client.ts'
import type { Fields, Json, TestGithub } from './client.ts'

let github: TestGithub
let release: Json

beforeEach(async () => {
  github = await freshGithub({ immutableReleases: true })
  const draft = await newRelease(github, { tag_name: 'v1', name: 'One' })
  await github.upload(draft, 'a.bin', Buffer.from('a'))
  const { body } = await github.ask('PATCH', `/releases/${draft.id}`, { body: { draft: false } })
  release = body
})
afterEach(() => github[Symbol.asyncDispose]())

test('whoever reads a published backup sees that it is immutable; a draft is not', async () => {
  expect(release.immutable).toBe(true)
  expect((await newRelease(github, { tag_name: 'v2' })).immutable).toBe(false)
})

test('an immutable backup’s files stay as they are', async () => {
  const upload = await github.upload(release, 'b.bin', Buffer.from('b'))
  expect(upload.status).toBe(422)
  expect(upload.body.errors[0]?.message).toBe('Cannot upload assets to an immutable release')
  const asset = `/releases/assets/${first(release.assets).id}`
  expect((await github.ask('DELETE', asset)).status).toBe(422)
  expect((await github.ask('PATCH', asset, { body: { name: 'c.bin' } })).status).toBe(422)
})

test('an immutable backup’s title and notes can be edited, its tag and draft state cannot', async () => {
  const edit = (body: Fields) => github.ask('PATCH', `/releases/${release.id}`, { body })
  expect((await edit({ name: 'Two', body: 'Proved', draft: false })).body).toMatchObject({
    name: 'Two',
    body: 'Proved',
    immutable: true,
  })
  expect((await edit({ tag_name: 'v9' })).status).toBe(422)
  expect((await edit({ draft: true })).status).toBe(422)
})

test('an immutable backup’s tag can be neither moved nor deleted', async () => {
  const sha = (await github.ask('GET', '/git/ref/tags/v1')).body.object.sha
  const moved = await github.ask('PATCH', '/git/refs/tags/v1', { body: { sha, force: true } })
  expect(moved.status).toBe(422)
  expect((await github.ask('DELETE', '/git/refs/tags/v1')).status).toBe(422)
})

test('the tag name of a deleted immutable backup can never be used again', async () => {
  expect((await github.ask('DELETE', `/releases/${release.id}`)).status).toBe(204)
  expect((await github.ask('DELETE', '/git/refs/tags/v1')).status).toBe(204)
  const again = await github.ask('POST', '/releases', { body: { tag_name: 'v1' } })
  expect(again.status).toBe(422)
  expect(again.body.errors[0]?.message).toBe('tag_name was used by an immutable release')
  const sha = (await github.ask('GET', '/git/ref/heads/main')).body.object.sha
  const tag = await github.ask('POST', '/git/refs', { body: { ref: 'refs/tags/v1', sha } })
  expect(tag.status).toBe(422)
})
