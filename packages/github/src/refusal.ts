import { Failure, messageOf } from '@recovery-playbook/failure'
import { headersOf, statusOf } from './answer.ts'
import { isRateLimit } from './rate-limit.ts'

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
    hint: hintFor(error),
    cause: error,
  })
}

const firstLine = (error: unknown) => messageOf(error).split('\n')[0]?.slice(0, 300) ?? ''

function hintFor(error: unknown): string {
  if (isRateLimit(error)) return rateLimit
  if (headersOf(error)['x-accepted-github-permissions']?.includes('workflows=write') === true) {
    return `Is \`contents: write\` given? Then it is this: ${workflowFiles}`
  }
  return hints[statusOf(error) ?? 0] ?? 'See githubstatus.com, and start the job again.'
}

/** GitHub tells it from a missing permission by a header at most, and at times answers 404. */
const workflowFiles =
  'a GITHUB_TOKEN cannot act on a commit whose .github/workflows differs from the default branch. Start the job again on the newest commit, or give another token with `workflows: write`.'

const rateLimit =
  'This token has used up what GitHub allows it in an hour. Let fewer jobs use it at the same time, or start the job again in an hour.'

const hints: Record<number, string> = {
  401: 'The token is wrong or has expired. Give a new one as the input `token`.',
  403: `Give the job \`permissions: contents: write\`. If it has it: ${workflowFiles}`,
  404: `The repository does not exist, or the token may not see it. Check the inputs \`repository\` and \`token\`, and the job’s \`permissions\`. If a tag or a release was to be made: ${workflowFiles}`,
  422: 'A rule of the repository may forbid it: see Settings, Rules.',
}
