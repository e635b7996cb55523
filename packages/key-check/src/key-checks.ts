import { allPages, type GithubRequest, type Repository } from '@recovery-playbook/github'
import { keyCheckLabel, type Marked, markedIn } from './issue.ts'

/** An issue that asks, or asked, for a person's own copy of the key. */
export interface KeyCheck extends Marked {
  readonly number: number
  readonly url: string
  readonly body: string
  /** ISO 8601. */
  readonly openedAt: string
  readonly isOpen: boolean
  /** Whether anything was done to it after it was closed, a comment written, say. */
  readonly isTouched: boolean
}

/**
 * Every key check of a database, the latest quarter first; of one quarter the oldest first, and more than
 * one only when two runs raced.
 *
 * @throws what GitHub refuses, as Octokit says it
 */
export async function keyChecksOf(
  request: GithubRequest,
  repository: Repository,
  database: string,
): Promise<KeyCheck[]> {
  const issues = await allPages((page) =>
    request('GET /repos/{owner}/{repo}/issues', {
      ...{ ...repository, labels: keyCheckLabel, state: 'all' },
      ...page,
    }),
  )
  return issues
    .flatMap((issue) => {
      const marked = markedIn(issue.body ?? '', database)
      if (issue.pull_request !== undefined || marked === undefined) return []
      const { number, html_url: url, body, created_at: openedAt } = issue
      const isOpen = issue.state === 'open'
      const isTouched = !isOpen && Date.parse(issue.updated_at) > Date.parse(issue.closed_at ?? '')
      return [{ ...marked, number, url, body: body ?? '', openedAt, isOpen, isTouched }]
    })
    .toSorted(latestFirst)
}

const latestFirst = (a: KeyCheck, b: KeyCheck) =>
  b.quarter.localeCompare(a.quarter) || a.number - b.number
