import { notAccessible } from './errors.ts'
import type { Repository } from './repository.ts'
import { grants } from './tokens.ts'
import type { Token } from './tokens.ts'

/**
 * A token without `workflows: write`, and GITHUB_TOKEN can never have it, may neither make nor
 * update a release, nor tag a commit, whose workflow files differ from the default branch's:
 * github.blog/changelog/2023-11-02-github-actions-enforcing-workflow-scope-when-creating-a-release,
 * cli/cli#9514. Nothing but this header tells the refusal from a missing `contents: write`.
 */
export async function enforceWorkflowFileRule(
  token: Token | undefined,
  repository: Repository,
  commit: string | undefined,
): Promise<void> {
  if (token !== undefined && grants(token, 'workflows', 'write')) return
  const head = commit === undefined ? undefined : await repository.head()
  if (commit === undefined || head === undefined || commit === head) return
  const [there, here] = await Promise.all([
    repository.git.shaAt(commit, '.github/workflows'),
    repository.git.shaAt(head, '.github/workflows'),
  ])
  if (there !== here) throw notAccessible(workflowsAccepted)
}

/** The same for writing such a file through the contents endpoint. */
export function enforceWorkflowPathRule(token: Token | undefined, path: string): void {
  if (!path.startsWith('.github/workflows/')) return
  if (token === undefined || !grants(token, 'workflows', 'write')) {
    throw notAccessible(workflowsAccepted)
  }
}

const workflowsAccepted = {
  'x-accepted-github-permissions': 'contents=write; contents=write,workflows=write',
}
