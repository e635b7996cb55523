import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, type Repository, statusOf } from '@recovery-playbook/github'

interface Head {
  readonly commit: string
  readonly tree: string
}

/** The newest commit of a branch, or undefined where there is no such branch. */
export async function headOf(
  request: GithubRequest,
  repository: Repository,
  branch: string,
): Promise<Head | undefined> {
  const ref = await orNothing(
    request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...repository, ref: `heads/${branch}` }),
  )
  if (ref === undefined) return undefined
  const { sha } = ref.data.object
  const { data } = await request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...repository,
    commit_sha: sha,
  })
  return { commit: sha, tree: data.tree.sha }
}

/**
 * @param ref a branch or a commit
 * @returns undefined where there is no such file
 */
export async function fileAt(
  request: GithubRequest,
  repository: Repository,
  path: string,
  ref: string,
): Promise<string | undefined> {
  const found = await orNothing(
    request('GET /repos/{owner}/{repo}/contents/{path}', { ...repository, path, ref }),
  )
  if (found === undefined) return undefined
  const { data } = found
  if (Array.isArray(data) || data.type !== 'file') throw notAFile(path)
  return Buffer.from(data.content, 'base64').toString('utf8')
}

const orNothing = <Found>(asked: Promise<Found>): Promise<Found | undefined> =>
  asked.catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined
    throw error
  })

const notAFile = (path: string) =>
  new Failure('GITHUB_REFUSED', `${path} on the log branch is not a file.`, {
    hint: 'Delete the log branch; the next drill makes it anew.',
  })
