import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { freshGithub, newRelease, uploadUrl } from './client.ts'
import type { Json, Reply, TestGithub } from './client.ts'
import type { Fault } from '../src/index.ts'

let github: TestGithub
let release: Json
beforeEach(async () => {
  github = await freshGithub()
  release = await newRelease(github, { tag_name: 'v1' })
})
afterEach(() => github[Symbol.asyncDispose]())

/** From outside, as another process would. */
const arm = (fault: Fault): Promise<Reply> =>
  github.ask('POST', `${github.apiUrl}/_local/faults`, { body: fault, token: null })
const uploads = '/repos/*/*/releases/*/assets'
const assetStates = async (): Promise<string[]> =>
  (await github.ask('GET', `/releases/${release.id}/assets`)).body.map(({ state }: Json) => state)

test('a status hits the armed method, path and occurrence, as often as asked, and nothing else', async () => {
  const fault = { kind: 'status', method: 'GET', path: '/releases$', occurrence: 2, times: 2 }
  await arm({ ...(fault as Fault), status: 503, headers: { 'retry-after': '7' } })
  const statuses: number[] = []
  for (let n = 0; n < 5; n++) statuses.push((await github.ask('GET', '/releases')).status)
  expect(statuses).toEqual([200, 503, 503, 200, 200])
  await arm({
    ...(fault as Fault),
    occurrence: 1,
    times: 1,
    status: 429,
    headers: { 'retry-after': '7' },
  })
  expect((await github.ask('POST', '/issues', { body: { title: 'x' } })).status).toBe(201)
  const limited = await github.ask('GET', '/releases?per_page=1')
  expect(limited).toMatchObject({ status: 429, body: { message: 'Server Error' } })
  expect(limited.headers.get('retry-after')).toBe('7')
})

test('two faults that wait for the next request hit one after the other', async () => {
  await arm({ kind: 'status', path: '/repos/**', status: 500 })
  await arm({ kind: 'status', path: '/repos/**', status: 502 })
  const statuses: number[] = []
  for (let n = 0; n < 3; n++) statuses.push((await github.ask('GET', '')).status)
  expect(statuses).toEqual([500, 502, 200])
})

test('an answer can be another’s: HTML with status 200', async () => {
  await arm({ kind: 'status', path: '/releases$', status: 200, body: '<html>login</html>' })
  const { headers, body } = await github.ask('GET', '/releases')
  expect(headers.get('content-type')).toContain('text/html')
  expect(body).toBe('<html>login</html>')
})

test('a request that failed has no effect; one whose answer was lost has', async () => {
  const create = (title: string) => github.ask('POST', '/issues', { body: { title } })
  await arm({ kind: 'status', path: '/issues$', status: 502 })
  await create('never')
  await arm({ kind: 'cut', path: '/issues$' })
  await expect(create('never either')).rejects.toThrow('fetch failed')
  await arm({ kind: 'cut', path: '/issues$', applied: true })
  await expect(create('done')).rejects.toThrow('fetch failed')
  await arm({ kind: 'status', path: '/issues$', status: 504, applied: true })
  expect((await create('done too')).status).toBe(504)
  const { body } = await github.ask('GET', '/issues')
  expect(body.map(({ title }: Json) => title)).toEqual(['done too', 'done'])
})

test('a hanging answer comes never, and its connection stays open', async () => {
  await arm({ kind: 'hang', path: '/releases$' })
  const signal = AbortSignal.timeout(200)
  const headers = { authorization: `Bearer ${github.token}` }
  const url = `${github.apiUrl}/repos/acme/journal/releases`
  await expect(fetch(url, { signal, headers })).rejects.toMatchObject({ name: 'TimeoutError' })
  expect(github.requests().at(-1)).toMatchObject({ fault: 'hang', status: 0 })
})

test.each(['hang', 'cut'] as const)(
  'an upload that a %s stops after some bytes leaves a starter',
  async (kind) => {
    await arm({ kind, method: 'POST', origin: 'upload', path: uploads, afterBytes: 100_000 })
    const url = `${uploadUrl(release)}?name=a.bin`
    const sending = fetch(url, {
      method: 'POST',
      body: Buffer.alloc(5_000_000),
      signal: AbortSignal.timeout(500),
      headers: { authorization: `Bearer ${github.token}` },
    })
    await expect(sending).rejects.toThrow()
    expect(await assetStates()).toEqual(['starter'])
  },
)

test('a failed upload leaves its wreckage, and the retry collides with it', async () => {
  await arm({ kind: 'starter', path: uploads, method: 'POST' })
  const content = Buffer.from('content')
  expect((await github.upload(release, 'a.bin', content)).status).toBe(502)
  expect(await assetStates()).toEqual(['starter'])
  expect((await github.upload(release, 'a.bin', content)).status).toBe(422)
})

test('a stored asset can report a digest or a size that is not its own, or no digest', async () => {
  await arm({ kind: 'wrong-digest', path: uploads })
  await arm({ kind: 'wrong-size', path: uploads })
  await arm({ kind: 'no-digest', path: uploads })
  const first = (await github.upload(release, 'a.bin', Buffer.from('a'))).body
  const second = (await github.upload(release, 'b.bin', Buffer.from('a'))).body
  expect(first).toMatchObject({ state: 'uploaded', size: 1 })
  expect(first.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(first.digest).not.toBe(second.digest)
  expect(second.size).toBe(2)
  const third = (await github.upload(release, 'c.bin', Buffer.from('a'))).body
  expect(third).toMatchObject({ state: 'uploaded', size: 1, digest: null })
})

test.each([
  ['cut', undefined],
  ['short', '0123'],
  ['damage', '0123556789'],
] as const)('a download can come back as a %s one', async (kind, expected) => {
  const { body } = await github.upload(release, 'a.bin', Buffer.from('0123456789'))
  await arm({ kind, origin: 'asset', path: '/release-assets/**', afterBytes: 4 })
  const response = await fetch(body.url, {
    headers: { accept: 'application/octet-stream', authorization: `Bearer ${github.token}` },
  })
  expect(response.status).toBe(200)
  const text = response.text()
  if (expected === undefined) await expect(text).rejects.toThrow('terminated')
  else expect(await text).toBe(expected)
})

test('a slow answer is a right one', async () => {
  await arm({ kind: 'delay', path: '/releases$', delayMs: 150 })
  const started = performance.now()
  expect((await github.ask('GET', '/releases')).status).toBe(200)
  expect(performance.now() - started).toBeGreaterThan(140)
})

test('faults can be listed and disarmed, and what was asked can be read, from outside', async () => {
  const panel = (method: string, path: string) =>
    github.ask(method, `${github.apiUrl}/_local/${path}`, { token: null })
  await arm({ kind: 'status', path: '/', status: 500 })
  expect((await panel('GET', 'faults')).body).toHaveLength(1)
  expect((await panel('DELETE', 'faults')).status).toBe(204)
  expect((await github.ask('GET', '')).status).toBe(200)
  const asked = (await panel('GET', 'requests')).body
  expect(asked.at(-2)).toMatchObject({ method: 'GET', path: '/repos/acme/journal', status: 200 })
})

test('a fault that cannot be understood is refused instead of never happening', async () => {
  expect((await arm({ kind: 'explode', path: '/' } as unknown as Fault)).status).toBe(422)
  expect((await arm({ kind: 'status' } as unknown as Fault)).status).toBe(422)
  expect(() => {
    github.arm({ kind: 'status', path: '(' })
  }).toThrow(SyntaxError)
})
