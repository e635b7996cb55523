import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fetchText } from '../../host/src/fetch-text.ts'
import { providerStatuses } from '../src/index.ts'

const answers: Record<string, string> = {
  '/statuspage': '{"page":{"name":"X"},"status":{"indicator":"major","description":"Outage"}}',
  '/indicator': '{"status":{"indicator":"none"}}',
  '/plain': '{"status":"UP"}',
  '/other': '{"ok":true}',
  '/null': 'null',
  '/list': '[1]',
  '/html': '<html>',
  '/empty': '',
  '/long': 'x'.repeat(400_000),
  '/wordy': JSON.stringify({ status: { description: 'y'.repeat(5000) } }),
}
let server: Server
let origin = ''
beforeAll(async () => {
  server = createServer(({ url = '' }, answer) => {
    if (url === '/silent') return
    const text = answers[url]
    if (text === undefined) answer.writeHead(500).end('broken')
    else answer.end(text)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Long enough for a busy machine: only who never answers is to be given up. */
const patiently = (url: string) => fetchText(url, 20_000)
const quickly = (url: string) => fetchText(url, url.endsWith('/silent') ? 300 : 20_000)

test.each([
  ['/statuspage', 'Outage'],
  ['/indicator', 'none'],
  ['/plain', 'UP'],
  ['/other', 'unknown: its answer has another shape'],
  ['/null', 'unknown: its answer has another shape'],
  ['/list', 'unknown: its answer has another shape'],
  ['/html', 'unknown: its answer has another shape'],
  ['/empty', 'unknown: its answer has another shape'],
  ['/long', 'unknown: it could not be asked (its answer is too long)'],
  ['/missing', 'unknown: it could not be asked (it answered with 500)'],
])('what a provider answers at %s is shown, or said to be unknown', async (path, words) => {
  const [status] = await providerStatuses([origin + path], patiently)
  expect(status).toEqual({ provider: new URL(origin).host, words })
})

test('a provider that is silent, gone or no address keeps nobody waiting and fails nothing', async () => {
  const urls = [`${origin}/silent`, 'http://127.0.0.1:9/gone', 'no address', `${origin}/wordy`]
  const found = await providerStatuses(urls, quickly)
  for (const { words } of found.slice(0, 3))
    expect(words).toMatch(/^unknown: it could not be asked/)
  expect(found[3]?.words).toHaveLength(200)
})
