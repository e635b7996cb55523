import { orNothing } from './file-at.ts'
import type { GithubRequest, Repository } from './repository.ts'

/** What a person wrote under an issue or a pull request. */
export interface Comment {
  readonly login: string
  readonly body: string
  /** Of its page. */
  readonly url: string
  /** ISO 8601. */
  readonly createdAt: string
}

const perPage = 100
const mostPages = 3
/** Each takes a request. */
const mostAsked = 3

/**
 * What people said, the oldest first, as they first wrote it: whoever may write can edit what somebody
 * else has written, and GitHub shows the first author.
 *
 * @throws what GitHub refuses, as Octokit says it
 */
export async function uneditedComments(
  request: GithubRequest,
  repository: Repository,
  issue_number: number,
): Promise<Comment[]> {
  const found: Comment[] = []
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...repository,
      issue_number,
      per_page: perPage,
      page,
    })
    for (const { body = '', user, html_url: url, created_at: createdAt, updated_at } of data) {
      // An app has no permission that could be asked for.
      if (createdAt !== updated_at || user?.type !== 'User') continue
      found.push({ login: user.login, body: body.replaceAll('\r', ''), url, createdAt })
    }
    if (data.length < perPage) break
  }
  return found
}

/**
 * The newest of these comments by somebody with one of these permissions. Of each person the last one
 * counts, and the last three people are asked about.
 *
 * @param permissions GitHub's words: `admin`, `write`, `read`; who maintains may `write`
 * @throws what GitHub refuses, as Octokit says it
 */
export async function newestBy(
  permissions: readonly string[],
  comments: readonly Comment[],
  request: GithubRequest,
  repository: Repository,
): Promise<Comment | undefined> {
  const asked = new Set<string>()
  for (const comment of comments.toReversed()) {
    if (asked.size === mostAsked) return undefined
    if (asked.has(comment.login)) continue
    asked.add(comment.login)
    const route = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
    // Who is gone meanwhile has none.
    const found = await orNothing(request(route, { ...repository, username: comment.login }))
    if (permissions.includes(found?.data.permission ?? 'none')) return comment
  }
  return undefined
}
