import { answer } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { renderPerson } from './people.ts'
import type { Route } from './router.ts'

/** docs.github.com/rest/collaborators/collaborators */
export const collaboratorRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/collaborators/{login}/permission',
    handle: permission,
  },
]

/** Whoever can see the repository may read it. */
function permission({ addresses, repository, variables }: Call): Promise<Answer> {
  const { login = '' } = variables
  const level = repository.state.people?.[login] ?? 'read'
  const user = {
    ...renderPerson(addresses, login),
    permissions: {
      ...{ admin: level === 'admin', maintain: level === 'admin' },
      ...{ push: level !== 'read', triage: level !== 'read', pull: true },
    },
    role_name: level,
  }
  return Promise.resolve(answer(200, { permission: level, role_name: level, user }))
}
