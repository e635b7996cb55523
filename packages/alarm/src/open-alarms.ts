import { allPages, type GithubRequest, type Repository } from '@recovery-playbook/github'
import { alarmLabel, type AlarmSubject, markerOf, snapshotIn } from './subject.ts'

/** Milliseconds by which two good clocks may differ. */
const clockSkew = 5 * 60_000

export interface Alarm {
  readonly number: number
  readonly url: string
  /** ISO 8601: the newest snapshot that did not come back; undefined where none was found, or a clock was wrong. */
  readonly snapshotAt: string | undefined
}

/** The open issues about this subject, the oldest first; more than one only when two runs raced. */
export async function openAlarms(
  request: GithubRequest,
  repository: Repository,
  subject: AlarmSubject,
): Promise<Alarm[]> {
  const marker = markerOf(subject)
  const issues = await allPages((page) =>
    request('GET /repos/{owner}/{repo}/issues', {
      ...{ ...repository, labels: alarmLabel, state: 'open' },
      ...page,
    }),
  )
  return issues
    .flatMap(({ number, html_url: url, body, updated_at, pull_request }) =>
      pull_request === undefined && body?.startsWith(marker) === true
        ? [{ number, url, snapshotAt: unlessToCome(updated_at, snapshotIn(body)) }]
        : [],
    )
    .toSorted((a, b) => a.number - b.number)
}

/** By GitHub's clock: a snapshot that was still to come would keep the issue open until then. */
const unlessToCome = (updatedAt: string, snapshotAt: string | undefined) =>
  Date.parse(snapshotAt ?? '') > Date.parse(updatedAt) + clockSkew ? undefined : snapshotAt
