import { writeFile } from 'node:fs/promises'
import { Failure } from '@recovery-playbook/failure'
import { endingInWords } from '@recovery-playbook/processes'
import { type Git, git, globalSettings } from './git.ts'

interface Cloning {
  /** The clone that this run has checked out. */
  readonly workspace: string
  readonly commit: string
  /** A directory that does not exist yet. */
  readonly into: string
}

/**
 * A clean clone of what this run has checked out, at a commit; nothing that lies around there comes along.
 *
 * @throws Failure CODE_INCOMPLETE
 */
export async function cloneWorkspace(
  order: Git,
  { workspace, commit, into }: Cloning,
): Promise<void> {
  // In a container the workspace belongs to somebody else than the user of the drill.
  await writeFile(globalSettings(order.home), '[safe]\n\tdirectory = *\n', { mode: 0o600 })
  const has = await git(order, ['-C', workspace, 'cat-file', '-e', `${commit}^{commit}`])
  if (has.code !== 0) throw lacksCommit(workspace, commit)
  for (const words of [
    ['init', '--quiet', into],
    // By its name: a branch may lead elsewhere by now. A shallow source makes a shallow copy.
    ['-C', into, 'fetch', '--quiet', '--tags', '--update-shallow', `file://${workspace}`, commit],
    ['-C', into, 'checkout', '--quiet', '--detach', commit],
  ]) {
    const answer = await git(order, words)
    if (answer.code === 0) continue
    throw new Failure(
      'CODE_INCOMPLETE',
      `${commit} cannot be checked out (${endingInWords(answer)}: ${answer.stderr.trim().slice(-300)}).`,
      { hint: 'Run `git fsck` on a clone of the repository.' },
    )
  }
}

const lacksCommit = (workspace: string, commit: string) =>
  new Failure(
    'CODE_INCOMPLETE',
    `The clone in ${workspace || 'the workspace'} has no commit ${commit}.`,
    {
      hint: 'Put actions/checkout with `fetch-depth: 0` before this step, so that it has the whole history.',
    },
  )
