import { Failure } from '@recovery-playbook/failure'
import { creationAllowance } from './allowance.ts'
import { type Headers, headersOf, statusOf } from './answer.ts'
import { rateLimitWait } from './rate-limit.ts'
import type { GithubRequest } from './repository.ts'
import { expiryHeader, parseTokenExpiry } from './token-expiry.ts'

export interface Clock {
  now(): Date
  /** Waits so many milliseconds; rejects at once when the job is cancelled. */
  sleep(milliseconds: number): Promise<void>
}

/** A `request` that keeps to GitHub's limits. */
export interface PacedRequest extends GithubRequest {
  /**
   * Sends what has a deadline of its own: that begins when its turn has come, not while it waits.
   *
   * @param send called again after a rate limit's refusal
   */
  inTurn<Answer>(method: string, send: (request: GithubRequest) => Promise<Answer>): Promise<Answer>
  /** As the latest answer said it; undefined for a token that does not expire, or does not say so. */
  tokenExpiry(): Date | undefined
  /** GitHub's clock at its latest answer. */
  serverTime(): Date | undefined
}

/** Further than this away, a job does not wait for it. GitHub's longest window is an hour. */
const longestWait = 65 * 60_000

const mostRefusals = 4

/** Milliseconds. */
const worthAWord = 10_000

/**
 * Everything that creates content with one token has to go through one of these, and nothing else: it
 * counts. After a rate limit's refusal all requests wait as long as GitHub asks for.
 *
 * @param tell is told of each wait: an hour without a word looks like a hang
 * @throws Failure TOKEN_EXPIRED where GitHub took the token before and does so no more
 */
export function paced(
  request: GithubRequest,
  clock: Clock,
  tell: (line: string) => void = () => undefined,
): PacedRequest {
  const now = () => clock.now().getTime()
  const allowance = creationAllowance(now)
  let closedUntil = 0
  let accepted = false
  let latest: Headers = {}

  async function turn(method: string): Promise<void> {
    if (closedUntil > now()) await clock.sleep(closedUntil - now())
    const wait = creating.has(method) ? allowance.reserve() : 0
    if (wait >= worthAWord) tell(`${wait / 1000} s until GitHub’s limit allows the next upload.`)
    if (wait > 0) await clock.sleep(wait)
  }

  async function inTurn<Answer>(
    method: string,
    send: (request: GithubRequest) => Promise<Answer>,
  ): Promise<Answer> {
    for (let refusals = 0; ; refusals += 1) {
      // What undoes is sent even in a cancelled job, where nothing waits any more.
      await turn(method).catch((error: unknown) => {
        if (method !== 'DELETE') throw error
      })
      try {
        const answer = await send(request)
        accepted = true
        note((answer as { headers?: Headers }).headers)
        return answer
      } catch (error) {
        note(headersOf(error))
        const wait = rateLimitWait(error, refusals, now())
        if (wait === undefined) throw accepted && statusOf(error) === 401 ? expired(error) : error
        if (refusals === mostRefusals || wait > longestWait) throw error
        closedUntil = Math.max(closedUntil, now() + wait)
        tell(`GitHub’s rate limit is reached: waiting ${Math.ceil(wait / 1000)} s, as it asks for.`)
      }
    }
  }

  /** Storage answers have a clock of their own, and know no token. */
  function note(headers: Headers = {}): void {
    if (Object.keys(headers).some((name) => /^x-(github|ratelimit)-/.test(name))) latest = headers
  }

  const send = (...words: Parameters<GithubRequest>) =>
    inTurn(methodOf(words[0]), (unpaced) => unpaced(...words))
  return Object.assign(send, {
    // Without `defaults`, which would go past all this.
    endpoint: request.endpoint,
    inTurn,
    tokenExpiry: () => parseTokenExpiry(latest[expiryHeader]),
    serverTime: () => timeOf(latest),
  }) as unknown as PacedRequest
}

/**
 * One for each token, however many stores it is for: GitHub counts by the token. What another job does
 * with the same token is counted by nobody here.
 */
export function pacedPerToken(
  request: (token: string) => GithubRequest,
  clock: Clock,
  tell?: (line: string) => void,
): (token: string) => PacedRequest {
  const known = new Map<string, PacedRequest>()
  return (token) => {
    const one = known.get(token) ?? paced(request(token), clock, tell)
    known.set(token, one)
    return one
  }
}

const creating = new Set(['POST', 'PATCH', 'PUT'])

const methodOf = (route: unknown): string =>
  (typeof route === 'string' ? route.split(' ', 1)[0] : (route as { method?: string }).method) ??
  'GET'

/** The clock of the server that sent these headers. */
export function timeOf({ date }: Headers): Date | undefined {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? undefined : new Date(time)
}

const expired = (cause: unknown) =>
  new Failure(
    'TOKEN_EXPIRED',
    'GitHub took the token when this job began, and refuses it now (401): it has expired or was revoked meanwhile.',
    {
      hint: 'Give a token in the input `token` that outlives the job, and start the job again.',
      cause,
    },
  )
