import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository, statusOf } from '@recovery-playbook/github'

/**
 * An unprotected branch without history in common with main: nothing that deploys main runs because
 * of it, and no required check waits on it.
 */
export const logBranch = 'recovery-log'

const tries = 5

const readme = `# Recovery log

Written by Recovery Playbook: which recovery point was drilled when, and how it ended. Do not edit it;
whoever relies on an entry asks GitHub about the run that it names.
`

/** One file of the log, or undefined where there is none. */
export async function readLog(
  request: GithubRequest,
  repository: Repository,
  path: string,
): Promise<string | undefined> {
  return (await fileAt(request, repository, path))?.text
}

/**
 * Writes one file of the log as one commit; the branch is made when it is missing. When somebody else
 * wrote meanwhile, it is tried again on the new head.
 *
 * @throws Failure GITHUB_REFUSED
 */
export async function writeLog(
  request: GithubRequest,
  repository: Repository,
  path: string,
  text: string,
  message: string,
): Promise<void> {
  const content = Buffer.from(text).toString('base64')
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ensureBranch(request, repository)
      const sha = (await fileAt(request, repository, path))?.sha
      await request('PUT /repos/{owner}/{repo}/contents/{path}', {
        ...repository,
        path,
        message,
        content,
        branch: logBranch,
        ...(sha === undefined ? {} : { sha }),
      })
      return
    } catch (error) {
      // 409 and 422: the head, the file or the branch changed between our reading and our writing.
      const raced = [409, 422].includes(statusOf(error) ?? 0)
      if (!raced || attempt === tries)
        throw refusal(`write ${path} to the branch ${logBranch}`, error)
    }
  }
}

async function fileAt(request: GithubRequest, repository: Repository, path: string) {
  try {
    const { data } = await request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...repository,
      path,
      ref: logBranch,
    })
    if (Array.isArray(data) || data.type !== 'file') throw notAFile(path)
    return { sha: data.sha, text: Buffer.from(data.content, 'base64').toString('utf8') }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

async function ensureBranch(request: GithubRequest, repository: Repository): Promise<void> {
  const ref = `heads/${logBranch}`
  const exists = await request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
    ...repository,
    ref,
  }).then(
    () => true,
    (error: unknown) => {
      if (statusOf(error) === 404) return false
      throw error
    },
  )
  if (exists) return
  const tree = await request('POST /repos/{owner}/{repo}/git/trees', {
    ...repository,
    tree: [{ path: 'README.md', mode: '100644', type: 'blob', content: readme }],
  })
  const commit = await request('POST /repos/{owner}/{repo}/git/commits', {
    ...repository,
    message: 'Begin the recovery log',
    tree: tree.data.sha,
    parents: [],
  })
  await request('POST /repos/{owner}/{repo}/git/refs', {
    ...repository,
    ref: `refs/${ref}`,
    sha: commit.data.sha,
  })
}

const notAFile = (path: string) =>
  new Failure('GITHUB_REFUSED', `${path} on the branch ${logBranch} is not a file.`, {
    hint: `Delete the branch ${logBranch}; the next drill makes it anew.`,
  })
