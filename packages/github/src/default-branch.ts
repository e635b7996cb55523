import { refusal } from './refusal.ts'
import type { GithubRequest, Repository } from './repository.ts'

/** @throws Failure GITHUB_REFUSED */
export async function defaultBranchOf(
  request: GithubRequest,
  repository: Repository,
): Promise<string> {
  try {
    const { data } = await request('GET /repos/{owner}/{repo}', { ...repository })
    return data.default_branch
  } catch (error) {
    throw refusal('show the repository', error)
  }
}
