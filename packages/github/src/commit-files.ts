import type { Head } from './head-of.ts'
import type { GithubRequest, Repository } from './repository.ts'

interface Change {
  /** The commit that it follows; undefined for the first one of a branch. */
  readonly parent: Head | undefined
  /** New texts, by path; every other file stays. */
  readonly files: Readonly<Record<string, string>>
  readonly message: string
}

/**
 * A commit that no branch leads to yet.
 *
 * @returns its SHA
 * @throws what GitHub refuses, as Octokit says it
 */
export async function commitFiles(
  request: GithubRequest,
  repository: Repository,
  { parent, files, message }: Change,
): Promise<string> {
  const tree = await request('POST /repos/{owner}/{repo}/git/trees', {
    ...repository,
    tree: Object.entries(files).map(
      ([path, content]) => ({ path, mode: '100644', type: 'blob', content }) as const,
    ),
    ...(parent !== undefined && { base_tree: parent.tree }),
  })
  const made = await request('POST /repos/{owner}/{repo}/git/commits', {
    ...repository,
    ...{ message, tree: tree.data.sha, parents: parent === undefined ? [] : [parent.commit] },
  })
  return made.data.sha
}
