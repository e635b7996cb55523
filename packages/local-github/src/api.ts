import { accepted, admit } from './access.ts'
import type { Addresses } from './addresses.ts'
import { Refusal, notFound } from './errors.ts'
import type { Headers } from './errors.ts'
import { answer } from './exchange.ts'
import type { Answer, Arrival } from './exchange.ts'
import type { RateLimit } from './rate-limit.ts'
import type { Repositories } from './repositories.ts'
import type { Router } from './router.ts'
import type { Token, TokenBook } from './tokens.ts'

export interface World {
  readonly repositories: Repositories
  readonly tokens: TokenBook
  readonly rateLimit: RateLimit
  readonly addresses: Addresses
  readonly now: () => Date
}

/** api.github.com and uploads.github.com: who asks, how often, for what, and may they. */
export async function respondAsGithub(
  world: World,
  route: Router,
  arrival: Arrival,
): Promise<Answer> {
  let token: Token | undefined
  try {
    token = world.tokens.bearer(arrival.headers)
    const given = await respond(world, route, arrival, token)
    return withHeaders(given, common(world, token))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const given = answer(error.status, error.body, error.headers)
    return withHeaders(given, common(world, token))
  }
}

async function respond(
  world: World,
  route: Router,
  arrival: Arrival,
  token: Token | undefined,
): Promise<Answer> {
  const { path } = arrival
  const method = arrival.method === 'HEAD' ? 'GET' : arrival.method
  if (method === 'GET' && path === '/rate_limit') return rateLimitAnswer(world, token)
  world.rateLimit.count(token, method)
  const [, owner, name, rest] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? []
  const found = owner === undefined ? undefined : route(method, rest ?? '')
  if (found === undefined) throw unsupported(arrival)
  const repository = await world.repositories.find(`${owner ?? ''}/${name ?? ''}`)
  if (repository === undefined) throw notFound()
  const needs = found.route.needs
  admit(token, repository, needs)
  const call = {
    ...arrival,
    method,
    token,
    repository,
    variables: found.variables,
    addresses: world.addresses,
    now: world.now,
  }
  return withHeaders(await found.route.handle(call), accepted(needs))
}

function rateLimitAnswer({ rateLimit }: World, token: Token | undefined): Answer {
  const core = rateLimit.status(token)
  return answer(200, { resources: { core, search: core }, rate: core })
}

/** GitHub's 404, with words that tell a missing thing from a route that nobody has built here. */
const unsupported = ({ method, origin, path }: Arrival) =>
  new Refusal(404, `Not Found: this local GitHub does not support ${method} ${path} (${origin})`)

const common = (world: World, token: Token | undefined): Headers => ({
  ...world.rateLimit.headers(token),
  ...expiration(token),
  date: world.now().toUTCString(),
  'x-github-api-version-selected': '2022-11-28',
  'x-github-media-type': 'github.v3; format=json',
})

/** In GitHub's words: github.blog/changelog/2021-07-26-expiration-options-for-personal-access-tokens */
const expiration = (token: Token | undefined): Headers => {
  if (token?.expiresAt == null) return {}
  const [date = '', time = ''] = new Date(token.expiresAt).toISOString().split(/[T.]/)
  return { 'github-authentication-token-expiration': `${date} ${time} UTC` }
}

/** The answer's own headers win. */
const withHeaders = (given: Answer, headers: Headers): Answer => ({
  ...given,
  headers: { ...headers, ...given.headers },
})
