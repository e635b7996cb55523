import {
  fileAt,
  type GithubRequest,
  refusal,
  type Repository,
  statusOf,
} from '@recovery-playbook/github'
import { headOf } from './read-branch.ts'

/**
 * An unprotected branch without history in common with main: nothing that deploys main runs because
 * of it, and no required check waits on it.
 */
export const logBranch = 'recovery-log'

/** One file of the log as it is to become. */
export interface LogFile {
  readonly path: string
  /** From what it is, undefined where there is none. Undefined leaves it as it is. */
  readonly become: (before: string | undefined) => string | undefined
}

const tries = 20

/** Milliseconds: of many writers at once, each waits another time. */
const longestPause = 300

const readme = `# Recovery log

Written by Recovery Playbook: which recovery point was exported or drilled when, and how it ended; and in
[TAGS.md](TAGS.md) which state was tagged when. Do not edit it; whoever relies on an entry asks GitHub about
the run that it names.
`

/** One file of the log, or undefined where there is none. */
export const readLog = (request: GithubRequest, repository: Repository, path: string) =>
  fileAt(request, repository, path, logBranch)

/**
 * Writes files of the log as one commit, so that none is seen without the others; the branch is made
 * when it is missing. When somebody else wrote meanwhile, it is tried again on the new head.
 *
 * @param pause waits so many milliseconds before another try
 *
 * @throws Failure GITHUB_REFUSED
 */
export async function writeLog(
  request: GithubRequest,
  repository: Repository,
  files: readonly LogFile[],
  message: string,
  pause: (milliseconds: number) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await commit(request, repository, files, message)
      return
    } catch (error) {
      // 409 and 422: the head or the branch changed between our reading and our writing.
      const raced = [409, 422].includes(statusOf(error) ?? 0)
      if (!raced || attempt === tries) throw refusal(`write to the branch ${logBranch}`, error)
      await pause(Math.random() * longestPause * Math.min(attempt, 5))
    }
  }
}

async function commit(
  request: GithubRequest,
  repository: Repository,
  files: readonly LogFile[],
  message: string,
): Promise<void> {
  const head = await headOf(request, repository, logBranch)
  const entries = head === undefined ? [blob('README.md', readme)] : []
  for (const { path, become } of files) {
    const before = head && (await fileAt(request, repository, path, head.commit))
    const text = become(before)
    if (text !== undefined && text !== before) entries.push(blob(path, text))
  }
  if (entries.length === 0) return
  const tree = await request('POST /repos/{owner}/{repo}/git/trees', {
    ...repository,
    tree: entries,
    ...(head && { base_tree: head.tree }),
  })
  const made = await request('POST /repos/{owner}/{repo}/git/commits', {
    ...repository,
    message,
    tree: tree.data.sha,
    parents: head === undefined ? [] : [head.commit],
  })
  const { sha } = made.data
  await (head === undefined
    ? request('POST /repos/{owner}/{repo}/git/refs', {
        ...repository,
        ref: `refs/heads/${logBranch}`,
        sha,
      })
    : request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...repository,
        ref: `heads/${logBranch}`,
        sha,
        force: false,
      }))
}

const blob = (path: string, content: string) =>
  ({ path, mode: '100644', type: 'blob', content }) as const
