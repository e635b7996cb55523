import type { Headers } from './errors.ts'
import { Refusal } from './errors.ts'
import type { SecondaryLimits } from './settings.ts'
import type { Token } from './tokens.ts'

const hour = 3_600_000
const minute = 60_000

/** Without a token: 60 requests an hour. */
const anonymousLimit = 60

interface Window {
  opened: number
  used: number
  created: number[]
}

/**
 * GitHub's primary rate limit, 1000 requests an hour and repository for GITHUB_TOKEN, and where
 * wanted the secondary ones on content-creating requests:
 * docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export class RateLimit {
  readonly #limit: number
  readonly #secondary: SecondaryLimits | undefined
  readonly #now: () => Date
  readonly #windows = new Map<string, Window>()

  constructor(limit: number, secondary: SecondaryLimits | undefined, now: () => Date) {
    this.#limit = limit
    this.#secondary = secondary
    this.#now = now
  }

  /**
   * Counts one request.
   *
   * @throws Refusal 403, with the headers that say when to come back
   */
  count(token: Token | undefined, method: string): void {
    const window = this.#window(token)
    if (window.used >= this.#limitOf(token)) {
      const who = token === undefined ? '127.0.0.1' : 'installation ID 1'
      throw new Refusal(403, `API rate limit exceeded for ${who}.`)
    }
    window.used += 1
    if (method === 'POST' || method === 'PATCH' || method === 'PUT') this.#countCreation(window)
  }

  /** The headers of every answer. */
  headers(token: Token | undefined): Headers {
    const { limit, remaining, reset, used } = this.status(token)
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-used': String(used),
      'x-ratelimit-resource': 'core',
    }
  }

  /** What GET /rate_limit says; asking is free. `reset` in seconds since 1970. */
  status(token: Token | undefined) {
    const { opened, used } = this.#window(token)
    const limit = this.#limitOf(token)
    return {
      limit,
      remaining: Math.max(0, limit - used),
      reset: Math.ceil((opened + hour) / 1000),
      used,
    }
  }

  #countCreation(window: Window): void {
    if (this.#secondary === undefined) return
    const now = this.#now().getTime()
    window.created = window.created.filter((at) => now - at < hour)
    const lastMinute = window.created.filter((at) => now - at < minute).length
    if (lastMinute >= this.#secondary.perMinute) throw secondaryRefusal(60)
    if (window.created.length >= this.#secondary.perHour) throw secondaryRefusal(3600)
    window.created.push(now)
  }

  #limitOf(token: Token | undefined): number {
    return token === undefined ? Math.min(anonymousLimit, this.#limit) : this.#limit
  }

  #window(token: Token | undefined): Window {
    const key = token?.repository ?? ''
    const now = this.#now().getTime()
    const current = this.#windows.get(key)
    if (current !== undefined && now - current.opened < hour) return current
    const opened = { opened: now, used: 0, created: current?.created ?? [] }
    this.#windows.set(key, opened)
    return opened
  }
}

const secondaryRefusal = (seconds: number) =>
  new Refusal(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    { headers: { 'retry-after': String(seconds) } },
  )
