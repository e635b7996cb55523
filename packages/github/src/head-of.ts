import { orNothing } from './file-at.ts'
import type { GithubRequest, Repository } from './repository.ts'

export interface Head {
  readonly commit: string
  readonly tree: string
}

/** The newest commit of a branch, or undefined where there is no such branch. */
export async function headOf(
  request: GithubRequest,
  repository: Repository,
  branch: string,
): Promise<Head | undefined> {
  const commit = await tipOf(request, repository, branch)
  if (commit === undefined) return undefined
  const { data } = await request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...repository,
    commit_sha: commit,
  })
  return { commit, tree: data.tree.sha }
}

/** The hash of it alone, in one request. A tag of the branch's name is not asked. */
export async function tipOf(
  request: GithubRequest,
  repository: Repository,
  branch: string,
): Promise<string | undefined> {
  const ref = await orNothing(
    request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repository, ref: `heads/${branch}` }),
  )
  return ref?.data.object.sha
}
