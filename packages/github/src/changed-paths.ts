import { orNothing } from './file-at.ts'
import type { GithubRequest, Repository } from './repository.ts'

/** docs.github.com/rest/commits/commits#compare-two-commits: at most so many files are listed. */
const mostFiles = 300

export interface Changed {
  readonly paths: readonly string[]
  /** Whether GitHub lists no more: then the change is larger than anybody sees. */
  readonly isCut: boolean
  /** Whether the new commit comes after the old one, and takes nothing away. */
  readonly isAhead: boolean
}

/**
 * Paths that differ between two commits, renamed ones under both names.
 *
 * @returns undefined where GitHub does not know both, or they have nothing in common
 */
export async function changedPaths(
  request: GithubRequest,
  repository: Repository,
  before: string,
  after: string,
): Promise<Changed | undefined> {
  const found = await orNothing(
    request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...repository,
      basehead: `${before}...${after}`,
    }),
  )
  if (found === undefined) return undefined
  const { files = [], status } = found.data
  const paths = files.flatMap(({ filename, previous_filename: previous }) =>
    previous === undefined ? [filename] : [filename, previous],
  )
  return {
    paths,
    isCut: files.length >= mostFiles,
    isAhead: status === 'ahead' || status === 'identical',
  }
}
