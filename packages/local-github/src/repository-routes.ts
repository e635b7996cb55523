import { answer } from './exchange.ts'
import { renderFullRepository } from './repository-rendering.ts'
import type { Route } from './router.ts'

/** docs.github.com/rest/repos/repos */
export const repositoryRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '',
    handle: (call) => Promise.resolve(answer(200, renderFullRepository(call))),
  },
]
