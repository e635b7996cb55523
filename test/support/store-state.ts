import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import type { LocalGithub } from '@recovery-playbook/local-github'

/** All that an export can leave in a repository, so that two of them can be compared. */
export interface StoreState {
  /** Published ones and drafts: tag, state, and each asset with its state, size and digest. */
  readonly releases: readonly string[]
  /** Each tag with the object that it names. */
  readonly tags: readonly string[]
}

export async function storeState(
  github: LocalGithub,
  { repository, token }: { repository: string; token: string } = github,
): Promise<StoreState> {
  const { data } = await githubClient(token, github.apiUrl)('GET /repos/{owner}/{repo}/releases', {
    ...parseRepository(repository),
    per_page: 100,
  })
  const { stdout } = await promisify(execFile)('git', [
    ...['--git-dir', github.gitDirectory(repository), 'for-each-ref', 'refs/tags'],
  ])
  return {
    releases: data.map(
      ({ tag_name, draft, assets }) =>
        `${tag_name} ${draft ? 'draft' : 'published'}: ${assets
          .map(({ name, state, size, digest }) => `${name} ${state} ${size} ${digest ?? ''}`)
          .sort()
          .join(', ')}`,
    ),
    tags: stdout.split('\n').filter(Boolean),
  }
}
