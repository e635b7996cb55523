import { Failure, messageOf } from '@recovery-playbook/failure'

/**
 * The HTTP status that GitHub answered with, if the error is an answer of GitHub's. Octokit's errors
 * carry a status of 500 where no answer came at all: a response tells them apart.
 */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if (!('status' in error && 'response' in error) || error.response === undefined) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

/**
 * What GitHub's refusal means and what mends it.
 *
 * @param attempt what was tried, as the end of "GitHub refused to …" and "could not be asked to …"
 */
export function refusal(attempt: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  const status = statusOf(error)
  const what =
    status === undefined ? `could not be asked to ${attempt}` : `refused to ${attempt} (${status})`
  return new Failure('GITHUB_REFUSED', `GitHub ${what}: ${firstLine(error)}`, {
    hint: hints[status ?? 0] ?? 'See githubstatus.com, and start the job again.',
    cause: error,
  })
}

const firstLine = (error: unknown) => messageOf(error).split('\n')[0]?.slice(0, 300) ?? ''

const hints: Record<number, string> = {
  401: 'The token is wrong or has expired. Give a new one as the input `token`.',
  403: 'Give the job `permissions: contents: write`. A GITHUB_TOKEN also cannot act on a commit whose .github/workflows differs from the default branch: start the job again on the newest commit, or give another token.',
  404: 'The repository does not exist, or the token may not see it. Check the inputs `repository` and `token`, and the job’s `permissions`.',
  422: 'A rule of the repository may forbid it: see Settings, Rules.',
}
