import { messageOf } from '@recovery-playbook/failure'
import { headersOf, statusOf } from './answer.ts'

const second = 1000
const minute = 60 * second

/**
 * Milliseconds that GitHub wants to be left alone, where an error is a rate limit's: `retry-after`, then
 * `x-ratelimit-reset`, else a minute, twice that the next time, and so on, as
 * docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api asks for.
 *
 * @param refusals how often the same request has been refused so before
 * @param now milliseconds since 1970, for an answer without a Date
 * @returns undefined for every other error
 */
export function rateLimitWait(error: unknown, refusals: number, now: number): number | undefined {
  if (!isRateLimit(error)) return undefined
  const { date, 'retry-after': retryAfter, ...headers } = headersOf(error)
  if (/^\d+$/.test(retryAfter ?? '')) return (Number(retryAfter) + 1) * second
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']) * second
    const asked = Date.parse(date ?? '') || now
    if (reset > 0) return Math.max(reset - asked, 0) + second
  }
  return minute * 2 ** refusals
}

/** 403 is what a missing permission is answered with, too: only headers and words tell them apart. */
export function isRateLimit(error: unknown): boolean {
  const status = statusOf(error)
  if (status === 429) return true
  const headers = headersOf(error)
  if (status === 503) return headers['retry-after'] !== undefined
  if (status !== 403) return false
  if (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0') return true
  return /rate limit|abuse detection/i.test(messageOf(error))
}
