import { Failure } from '@recovery-playbook/failure'
import { type Git, git } from './git.ts'

export interface TaggedCommit {
  readonly tag: string
  readonly commit: string
}

/**
 * A tag of a clone, with the commit that it leads to.
 *
 * @param tag its name; empty for the newest that is called `backup-…`
 * @throws Failure CODE_INCOMPLETE where the clone has no such tag
 */
export async function taggedCommit(
  order: Git,
  workspace: string,
  tag: string,
): Promise<TaggedCommit> {
  const answer = await git(order, [
    ...['-C', workspace, 'for-each-ref', '--sort=-creatordate'],
    '--format=%(refname:strip=2) %(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end)',
    tag === '' ? 'refs/tags/backup-*' : `refs/tags/${tag}`,
  ])
  const [name = '', commit = ''] = answer.stdout.split('\n', 1)[0]?.split(' ') ?? []
  if (answer.code === 0 && commit !== '') return { tag: name, commit }
  throw new Failure(
    'CODE_INCOMPLETE',
    tag === ''
      ? 'The clone of this run has no backup tag to go back to.'
      : `The clone of this run has no tag ${tag}.`,
    {
      hint: 'Put actions/checkout with `fetch-depth: 0` before this step, so that it has every tag; or make one with create-backup-tag.',
    },
  )
}
