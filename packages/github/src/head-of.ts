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
  const ref = await orNothing(
    request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repository, ref: `heads/${branch}` }),
  )
  if (ref === undefined) return undefined
  const { sha } = ref.data.object
  const { data } = await request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...repository,
    commit_sha: sha,
  })
  return { commit: sha, tree: data.tree.sha }
}
