import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { type Alarm, openAlarms } from './open-alarms.ts'
import { alarmLabel, type AlarmSubject, markerOf, snapshotLine } from './subject.ts'

/** Markdown, made harmless by whoever wrote it. */
export interface AlarmTexts {
  readonly title: string
  /** How it is now; takes the place of the body before. */
  readonly body: string
  /** What this one drill found, beside what the drills before it have found. */
  readonly comment?: string
  /** ISO 8601, of the recovery point that did not come back; undefined where none was found. */
  readonly snapshotAt: string | undefined
}

export interface Raised extends Alarm {
  readonly isNew: boolean
}

/**
 * Opens the issue about this subject, or brings the open one up to date. Two runs may look at the same
 * time, and both find none: each looks again after it has opened, and the later issue is closed.
 *
 * @throws what GitHub refuses, as Octokit says it
 */
export async function raiseAlarm(
  request: GithubRequest,
  repository: Repository,
  subject: AlarmSubject,
  { title, body, comment, snapshotAt }: AlarmTexts,
): Promise<Raised> {
  const marked = (snapshot = snapshotAt) =>
    `${markerOf(subject)}\n${snapshotLine(snapshot)}\n${body}`
  const [open, ...surplus] = await openAlarms(request, repository, subject)
  if (open !== undefined) {
    await update(open)
    for (const one of surplus) await closeAsDuplicate(request, repository, one, open)
    return { ...open, isNew: false }
  }
  const { data } = await request('POST /repos/{owner}/{repo}/issues', {
    ...repository,
    title,
    body: marked(),
    labels: [alarmLabel],
  })
  const opened = { number: data.number, url: data.html_url, snapshotAt }
  const [first] = await openAlarms(request, repository, subject)
  if (first === undefined || first.number >= opened.number) return { ...opened, isNew: true }
  await update(first)
  await closeAsDuplicate(request, repository, opened, first)
  return { ...first, isNew: false }

  async function update({ number, snapshotAt: before }: Alarm): Promise<void> {
    await request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...repository,
      issue_number: number,
      body: marked(later(before, snapshotAt)),
    })
    if (comment !== undefined) await say(request, repository, number, comment)
  }
}

const later = (one: string | undefined, other: string | undefined) =>
  Date.parse(one ?? '') > Date.parse(other ?? '') || other === undefined ? one : other

async function closeAsDuplicate(
  request: GithubRequest,
  repository: Repository,
  { number }: Alarm,
  kept: Alarm,
): Promise<void> {
  await say(request, repository, number, `Two drills opened an issue at once: see #${kept.number}.`)
  await request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    ...repository,
    issue_number: number,
    state: 'closed',
    state_reason: 'not_planned',
  })
}

/** A comment. @throws what GitHub refuses, as Octokit says it */
export async function say(
  request: GithubRequest,
  repository: Repository,
  issue_number: number,
  body: string,
): Promise<void> {
  await request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...repository,
    issue_number,
    body,
  })
}
