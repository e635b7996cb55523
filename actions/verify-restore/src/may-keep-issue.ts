import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { isOfDefaultBranch } from './default-branch.ts'

/** The log says why not. */
export async function mayKeepIssue(runner: Runner, request: GithubRequest): Promise<boolean> {
  if (await isOfDefaultBranch(runner, request)) return true
  runner.info('No issue is kept: this is not a run of the default branch.')
  return false
}
