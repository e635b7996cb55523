import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { storedName } from '../src/asset-name.ts'
import { first, freshGithub, newRelease, parsed, uploadUrl } from './client.ts'
import type { Json, Reply, TestGithub } from './client.ts'

let github: TestGithub
let release: Json
beforeEach(async () => {
  github = await freshGithub({ rateLimit: 5000 })
  release = await newRelease(github, { tag_name: 'v1' })
})
afterEach(() => github[Symbol.asyncDispose]())

const assets = async (): Promise<Json> =>
  (await github.ask('GET', `/releases/${release.id}/assets?per_page=100`)).body
const octetStream = { accept: 'application/octet-stream' }

test('what was uploaded comes back byte for byte, under the digest that GitHub reports', async () => {
  const content = randomBytes(300_000)
  const { status, body } = await github.upload(release, 'a.bin', content)
  expect(status).toBe(201)
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  expect(body).toMatchObject({ name: 'a.bin', state: 'uploaded', size: 300_000, digest })
  const response = await fetch(body.url, {
    headers: { ...octetStream, authorization: `Bearer ${github.token}` },
  })
  expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true)
  const [origin] = github.requests().slice(-1)
  expect(origin).toMatchObject({ origin: 'asset', status: 200, authorized: false })
})

test('a token that follows the redirect to storage is refused there', async () => {
  const { body } = await github.upload(release, 'a.bin', Buffer.from('a'))
  const { status, headers } = await github.ask('GET', body.url, { headers: octetStream })
  expect(status).toBe(302)
  const location = headers.get('location') ?? ''
  expect(new URL(location).origin).toBe(github.assetUrl)
  expect((await github.ask('GET', location)).status).toBe(400)
  expect((await github.ask('GET', location, { token: null })).status).toBe(200)
})

test('a link to storage works for minutes only, and for no other asset', async () => {
  let now = new Date()
  await using other = await freshGithub({ now: () => now })
  const draft = await newRelease(other, { tag_name: 'v1' })
  const { body } = await other.upload(draft, 'a.bin', Buffer.from('a'))
  const { headers } = await other.ask('GET', body.url, { headers: octetStream })
  const location = headers.get('location') ?? ''
  const guessed = location.replace(`/${body.id}?`, `/${body.id + 1}?`)
  expect((await other.ask('GET', guessed, { token: null })).status).toBe(403)
  now = new Date(now.getTime() + 6 * 60_000)
  expect((await other.ask('GET', location, { token: null })).status).toBe(403)
})

test('an interrupted download can go on where it stopped', async () => {
  const { body } = await github.upload(release, 'a.bin', Buffer.from('0123456789'))
  const { headers } = await github.ask('GET', body.url, { headers: octetStream })
  const rest = await fetch(headers.get('location') ?? '', { headers: { range: 'bytes=4-' } })
  expect(rest.status).toBe(206)
  expect(rest.headers.get('content-range')).toBe('bytes 4-9/10')
  expect(await rest.text()).toBe('456789')
})

test('the same name twice is refused, and the first upload stays', async () => {
  await github.upload(release, 'a.bin', Buffer.from('first'))
  const { status, body } = await github.upload(release, 'a.bin', Buffer.from('second'))
  expect(status).toBe(422)
  expect(body.errors).toEqual([{ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }])
  expect(await assets()).toHaveLength(1)
})

test('of many uploads of one name at once exactly one succeeds', async () => {
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, n) => github.upload(release, 'a.bin', Buffer.from(`n${n}`))),
  )
  expect(replies.map(({ status }) => status).sort()).toEqual([
    201, 422, 422, 422, 422, 422, 422, 422,
  ])
})

test('an upload without Content-Length is refused', async () => {
  const { status, body } = await rawUpload({ 'transfer-encoding': 'chunked' }, 'content')
  expect(status).toBe(400)
  expect(body.message).toMatch(/^Bad Content-Length/)
  expect(await assets()).toEqual([])
})

test('an upload that stops early leaves a starter, which blocks its name until it is deleted', async () => {
  await rawUpload({ 'content-length': '1000' }, 'only this').catch(() => undefined)
  await settled(async () => (await assets()).length === 1)
  const starter = first(await assets())
  expect(starter).toMatchObject({ name: 'raw.bin', state: 'starter', digest: null })
  expect((await github.upload(release, 'raw.bin', Buffer.from('x'))).status).toBe(422)
  expect((await github.ask('GET', starter.url, { headers: octetStream })).status).toBe(404)
  expect((await github.ask('DELETE', `/releases/assets/${starter.id}`)).status).toBe(204)
  expect((await github.upload(release, 'raw.bin', Buffer.from('x'))).status).toBe(201)
})

test('an upload of 2 GiB or of nothing is refused, one byte less than 2 GiB is let in', async () => {
  const announced = (length: number) => rawUpload({ 'content-length': String(length) }, '')
  const tooLarge = await announced(2 * 1024 ** 3)
  expect(tooLarge.status).toBe(422)
  expect(tooLarge.body.errors[0]).toMatchObject({ field: 'size' })
  expect((await announced(0)).status).toBe(422)
  await announced(2 * 1024 ** 3 - 1).catch(() => undefined)
  await settled(async () => (await assets()).length === 1)
})

test('the 1001st asset of a release is refused', async () => {
  for (let n = 0; n < 1000; n += 20) {
    await Promise.all(
      Array.from({ length: 20 }, (_, m) => github.upload(release, `${n + m}.x`, Buffer.of(1))),
    )
  }
  const { status, body } = await github.upload(release, 'one-more.x', Buffer.of(1))
  expect(status).toBe(422)
  expect(body.errors[0]?.field).toBe('file_count')
})

test.each([
  ['part 1.gpg', 'part.1.gpg'],
  ['database.dump.zst.0001.gpg', 'database.dump.zst.0001.gpg'],
  ['Übersicht (neu).txt', 'Ubersicht.neu.txt'],
  ['.env', 'default.env'],
  ['...x', 'default.x'],
  ['SHA256SUMS', 'SHA256SUMS'],
  ['a&b', 'a.b'],
])('an asset named %j is stored as %j', (given, stored) => {
  expect(storedName(given)).toBe(stored)
})

test('an asset can be renamed, not to a name that is taken, and deleted with its content', async () => {
  const { body: a } = await github.upload(release, 'a.bin', Buffer.from('a'))
  await github.upload(release, 'b.bin', Buffer.from('b'))
  const rename = (name: string) =>
    github.ask('PATCH', `/releases/assets/${a.id}`, { body: { name } })
  expect((await rename('b.bin')).status).toBe(422)
  expect((await rename('c d.bin')).body.name).toBe('c.d.bin')
  await github.ask('DELETE', `/releases/${release.id}`)
  expect(await readdir(join(github.directory, 'repositories/acme/journal/assets'))).toEqual([])
})

test('a browser’s link downloads a public backup without a token, and never a private one', async () => {
  const published = async (one: TestGithub) => {
    const draft = await newRelease(one, { tag_name: 'v9' })
    await one.upload(draft, 'a.bin', Buffer.from('hello'))
    const { body } = await one.ask('PATCH', `/releases/${draft.id}`, { body: { draft: false } })
    return first(body.assets).browser_download_url
  }
  await using open = await freshGithub({ private: false })
  expect(await (await fetch(await published(open))).text()).toBe('hello')
  expect((await github.ask('GET', await published(github))).status).toBe(404)
})

/** Sends headers and a piece of a body as they are, and gives up after 300 ms without an answer. */
function rawUpload(headers: Record<string, string>, content: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${uploadUrl(release)}?name=raw.bin`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${github.token}` },
    })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: new Headers(), body: parsed(text) })
        outgoing.destroy()
      })
    })
    outgoing.flushHeaders()
    if (content !== '') outgoing.write(content)
    if (headers['transfer-encoding'] !== undefined) outgoing.end()
    setTimeout(() => outgoing.destroy(new Error('given up')), 300).unref()
  })
}

async function settled(condition: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 100; n++) {
    if (await condition()) return
    await wait(20)
  }
  throw new Error('it never came to be')
}
