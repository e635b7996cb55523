import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository, statusOf } from '@recovery-playbook/github'

/** The full SHA of the commit that a branch, tag or SHA names. */
export async function resolveCommit(
  request: GithubRequest,
  repository: Repository,
  ref: string,
): Promise<string> {
  try {
    const { data } = await request('GET /repos/{owner}/{repo}/commits/{ref}', {
      ...repository,
      ref,
    })
    return data.sha
  } catch (error) {
    // 422: GitHub's answer to a well-formed SHA that is not in the repository.
    if (statusOf(error) !== 404 && statusOf(error) !== 422) throw refusal(`read ${ref}`, error)
    throw new Failure(
      'INPUT_INVALID',
      `${repository.owner}/${repository.repo} has no commit '${ref}', as 'ref' asks.`,
      {
        hint: 'Give a branch, a tag or a full commit SHA that has been pushed.',
        cause: error,
      },
    )
  }
}
