import {
  type Comment,
  type GithubRequest,
  newestBy,
  type Repository,
  uneditedComments,
} from '@recovery-playbook/github'
import type { Answer } from './issue.ts'

/** What a person writes as a comment, in a line of its own, before `opened` or `failed`. */
export const answerWords = '/key-check'

const line = new RegExp(`^${answerWords} (opened|failed)[ \\t]*$`, 'm')

export interface Found extends Answer {
  readonly comment: Comment
}

/**
 * The latest answer of somebody who may write to the repository.
 *
 * @throws what GitHub refuses, as Octokit says it
 */
export async function answerIn(
  request: GithubRequest,
  repository: Repository,
  issue: number,
): Promise<Found | undefined> {
  const said = await uneditedComments(request, repository, issue)
  const answers = said.filter(({ body }) => line.test(body))
  const comment = await newestBy(['admin', 'write'], answers, request, repository)
  if (comment === undefined) return undefined
  const word = line.exec(comment.body)?.[1] === 'opened' ? 'opened' : 'failed'
  return { word, login: comment.login, at: comment.createdAt, comment }
}
