import { Refusal, notAccessible, notFound } from './errors.ts'
import type { Headers } from './errors.ts'
import type { Repository } from './repository.ts'
import type { Need } from './router.ts'
import { grants } from './tokens.ts'
import type { Token } from './tokens.ts'

/**
 * Whether a request may be made at all. What a token must not know of does not exist for it: 404.
 * What it sees and must not do is 403, with the permission that it lacks in a header:
 * docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
 */
export function admit(
  token: Token | undefined,
  repository: Repository,
  needs: Need | undefined,
): void {
  const isPrivate = repository.state.private
  const belongs = token?.repository === repository.name
  if (isPrivate && !belongs) throw notFound()
  if (needs === undefined) return
  if (!isPrivate && needs[1] === 'read') return
  if (token === undefined) throw new Refusal(401, 'Requires authentication')
  if (!belongs || !grants(token, ...needs)) throw notAccessible(accepted(needs))
}

export const accepted = (needs: Need | undefined): Headers =>
  needs === undefined ? {} : { 'x-accepted-github-permissions': needs.join('=') }

/** Who may write contents also sees drafts: docs.github.com/rest/releases/releases */
export const seesDrafts = (token: Token | undefined, repository: Repository): boolean =>
  token?.repository === repository.name && grants(token, 'contents', 'write')
