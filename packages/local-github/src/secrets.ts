import type { Answer, Call } from './exchange.ts'
import { page } from './paging.ts'
import type { Route } from './router.ts'

/** docs.github.com/rest/actions/secrets: names alone, and never for a GITHUB_TOKEN. */
export const secretRoutes: readonly Route[] = [
  { method: 'GET', path: '/actions/secrets', needs: ['secrets', 'read'], handle: list },
]

function list(call: Call): Promise<Answer> {
  const { createdAt, secrets = [] } = call.repository.state
  return Promise.resolve(
    page(
      call,
      secrets,
      (name) => ({ name, created_at: createdAt, updated_at: createdAt }),
      (shown) => ({ total_count: secrets.length, secrets: shown }),
    ),
  )
}
