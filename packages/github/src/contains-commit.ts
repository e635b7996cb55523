import { orNothing } from './file-at.ts'
import { tipOf } from './head-of.ts'
import type { GithubRequest, Repository } from './repository.ts'

/** Whether a commit is the newest of a branch, or one before it. */
export async function containsCommit(
  request: GithubRequest,
  repository: Repository,
  branch: string,
  commit: string,
): Promise<boolean> {
  const tip = await tipOf(request, repository, branch)
  if (tip === undefined || tip === commit) return tip === commit
  // In this direction GitHub lists no files of it.
  const compared = await orNothing(
    request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...repository,
      basehead: `${tip}...${commit}`,
      per_page: 1,
    }),
  )
  return compared?.data.status === 'behind'
}
