import { defaultBranchOf, type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'

/** What a pull request or a branch tries out is no state of recovery. */
export async function isOfDefaultBranch(runner: Runner, request: GithubRequest): Promise<boolean> {
  if (!isOfBranch(runner)) return false
  const repository = parseRepository(runner.context.repository)
  return runsOn(await defaultBranchOf(request, repository), runner)
}

/** Whether something else than the default branch runs. On a machine of one's own, where no run has a ref, it does not. */
export const isTrial = async (runner: Runner, request: GithubRequest): Promise<boolean> =>
  runner.context.ref !== '' && !(await isOfDefaultBranch(runner, request))

/** Whether this is a run of that branch itself. */
export const runsOn = (branch: string, runner: Runner): boolean =>
  isOfBranch(runner) && runner.context.ref === `refs/heads/${branch}`

/** And not of what is proposed for it. */
const isOfBranch = ({ context: { ref, event } }: Runner) =>
  ref.startsWith('refs/heads/') && !event.startsWith('pull_request')
