import {
  changedPaths,
  type GithubRequest,
  parseRepository,
  type ProposedChange,
} from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import type { Guarding } from './inputs/guarding.ts'

/** As the README and `init` name it; no run of it proves anything, so that no input does. */
const watchWorkflow = '.github/workflows/watch.yml'

/**
 * A guard that holds every merge also holds the one that mends it. What changes nothing but the workflows
 * that back up, drill, watch and guard, and the playbook, may pass unproved: it cannot touch the application.
 *
 * @returns the paths that it changes; undefined where it is no repair
 * @throws what GitHub refuses, as Octokit says it
 */
export async function repairIn(
  { base, head, toDefaultBranch }: ProposedChange,
  { provingWorkflows, playbookPath }: Guarding,
  runner: Runner,
  request: GithubRequest,
): Promise<readonly string[] | undefined> {
  // What is a repair of another branch may be anything else of this one, once it goes to it.
  if (!toDefaultBranch) return undefined
  const repository = parseRepository(runner.context.repository)
  const changed = await changedPaths(request, repository, base, head)
  if (changed === undefined || changed.isCut || changed.paths.length === 0) return undefined
  const { workflowFile } = runner.context
  const recovery = new Set([...provingWorkflows, watchWorkflow, workflowFile, playbookPath])
  return changed.paths.every((path) => recovery.has(path)) ? changed.paths : undefined
}
