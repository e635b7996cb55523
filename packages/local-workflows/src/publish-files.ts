import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalGithub } from '@recovery-playbook/local-github'
import { git } from './git.ts'

interface Publication {
  /** A folder on this machine. */
  readonly from: string
  /** What of it is published: files and folders, relative; patterns as git's. */
  readonly paths?: readonly string[]
  /** Files whose content comes from nowhere else: path to text. */
  readonly changed?: Readonly<Record<string, string>>
  /** Where the commit goes, if not to the default branch: `refs/pull/1/merge`. */
  readonly ref?: string
}

const author = {
  GIT_AUTHOR_NAME: 'Local runner',
  GIT_AUTHOR_EMAIL: 'local-runner@example.com',
  GIT_COMMITTER_NAME: 'Local runner',
  GIT_COMMITTER_EMAIL: 'local-runner@example.com',
}

/**
 * Commits files on top of the default branch of the local GitHub's repository, as a push would.
 *
 * @returns the commit
 */
export async function publishFiles(
  github: LocalGithub,
  { from, paths = [], changed = {}, ref = 'HEAD' }: Publication,
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'publish-'))
  const index = { GIT_INDEX_FILE: join(directory, 'index') }
  const bare = (...words: string[]) => ['--git-dir', github.gitDirectory(), ...words]
  try {
    await git(bare('read-tree', 'HEAD'), index)
    if (paths.length > 0) {
      await git(bare('--work-tree', from, 'add', '--force', '--', ...paths), index)
    }
    for (const [path, text] of Object.entries(changed)) {
      const content = join(directory, 'content')
      await writeFile(content, text)
      const blob = await git(bare('hash-object', '-w', content))
      await git(bare('update-index', '--add', '--cacheinfo', `100644,${blob},${path}`), index)
    }
    const tree = await git(bare('write-tree'), index)
    const commit = await git(bare('commit-tree', tree, '-p', 'HEAD', '-m', 'Workflows'), author)
    await git(bare('update-ref', ref, commit))
    return commit
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
