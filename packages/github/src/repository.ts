import type { Endpoints, RequestInterface } from '@octokit/types'
import { Failure } from '@recovery-playbook/failure'

export type { Endpoints }

/** Octokit's `request`, with a token and an API's address inside. */
export type GithubRequest = RequestInterface

/** As GitHub's routes name it: `{owner}/{repo}`. */
export interface Repository {
  readonly owner: string
  readonly repo: string
}

export function parseRepository(fullName: string): Repository {
  const match = /^(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)$/.exec(fullName)
  const { owner, repo } = match?.groups ?? {}
  if (owner !== undefined && repo !== undefined) return { owner, repo }
  throw new Failure('INPUT_INVALID', `'${fullName}' in 'repository' is not a repository.`, {
    hint: 'Write it as owner/name.',
  })
}
