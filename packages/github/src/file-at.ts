import { Failure } from '@recovery-playbook/failure'
import { statusOf } from './answer.ts'
import { refusal } from './refusal.ts'
import type { GithubRequest, Repository } from './repository.ts'

/**
 * The text of a file in a repository.
 *
 * @param ref a branch or a commit; without it the default branch
 * @returns undefined where there is no such file
 * @throws Failure GITHUB_REFUSED for a directory, and what GitHub refuses as Octokit says it
 */
export async function fileAt(
  request: GithubRequest,
  repository: Repository,
  path: string,
  ref?: string,
): Promise<string | undefined> {
  const blob = async (sha: string) => {
    const answer = await request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
      ...repository,
      file_sha: sha,
    })
    return answer.data
  }
  const found = await orNothing(
    request('GET /repos/{owner}/{repo}/contents/{path}', {
      ...repository,
      path,
      ...(ref !== undefined && { ref }),
    }),
  )
  if (found === undefined) return undefined
  const { data } = found
  if (Array.isArray(data) || data.type !== 'file') throw notAFile(path, ref)
  // Above 1 MB the contents are left out.
  const { content } = data.content === '' && data.size > 0 ? await blob(data.sha) : data
  return Buffer.from(content, 'base64').toString('utf8')
}

/**
 * The text of a file on the default branch, or undefined where there is none.
 *
 * @throws Failure GITHUB_REFUSED
 */
export const fileOnDefaultBranch = (
  request: GithubRequest,
  repository: Repository,
  path: string,
): Promise<string | undefined> =>
  fileAt(request, repository, path).catch((error: unknown) => {
    throw refusal(`read ${path}`, error)
  })

/** What is asked, or undefined where GitHub has no such thing. */
export const orNothing = <Found>(asked: Promise<Found>): Promise<Found | undefined> =>
  asked.catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined
    throw error
  })

const notAFile = (path: string, ref = 'the default branch') =>
  new Failure('GITHUB_REFUSED', `${path} on ${ref} is not a file.`, {
    hint: 'Move it away, or name another path. On the branch recovery-log: delete the branch; the next run makes it anew.',
  })
