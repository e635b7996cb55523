import { expect, test } from '@jest/globals'
import { freshGithub } from './client.ts'

test('a client reads from every answer how much it may still ask', async () => {
  await using github = await freshGithub()
  await github.ask('GET', '')
  const { headers } = await github.ask('GET', '/releases/tags/none')
  expect(headers.get('x-ratelimit-limit')).toBe('1000')
  expect(headers.get('x-ratelimit-remaining')).toBe('998')
  expect(headers.get('x-ratelimit-used')).toBe('2')
  expect(headers.get('x-ratelimit-resource')).toBe('core')
  expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000)
})

test('over the limit everything is refused until the hour is over, but asking for the limit', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  await using github = await freshGithub({ rateLimit: 3, now: () => now })
  for (let n = 0; n < 3; n++) expect((await github.ask('GET', '')).status).toBe(200)
  const refused = await github.ask('GET', '')
  expect(refused.status).toBe(403)
  expect(refused.body.message).toMatch(/^API rate limit exceeded/)
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0')
  expect(refused.headers.get('x-ratelimit-reset')).toBe(String(Date.UTC(2026, 0, 1, 1) / 1000))
  const limit = await github.ask('GET', `${github.apiUrl}/rate_limit`)
  expect(limit.body.rate).toMatchObject({ limit: 3, remaining: 0 })
  now = new Date('2026-01-01T01:00:01Z')
  expect((await github.ask('GET', '')).status).toBe(200)
})

test('where the secondary limits are on, a burst of writes is told how long to wait', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const secondaryLimits = { perMinute: 2, perHour: 3 }
  await using github = await freshGithub({ secondaryLimits, now: () => now })
  const write = () => github.ask('POST', '/issues', { body: { title: 'x' } })
  expect((await write()).status).toBe(201)
  expect((await write()).status).toBe(201)
  const refused = await write()
  expect(refused.status).toBe(403)
  expect(refused.body.message).toContain('secondary rate limit')
  expect(refused.headers.get('retry-after')).toBe('60')
  now = new Date('2026-01-01T00:01:01Z')
  expect((await write()).status).toBe(201)
  expect((await write()).headers.get('retry-after')).toBe('3600')
})
