import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { alarmLabel, type AlarmSubject, markerOf, snapshotIn } from './subject.ts'

export interface Alarm {
  readonly number: number
  readonly url: string
  /** ISO 8601: the newest snapshot that did not come back; undefined where none was found. */
  readonly snapshotAt: string | undefined
}

const perPage = 100

/** The open issues about this subject, the oldest first; more than one only when two runs raced. */
export async function openAlarms(
  request: GithubRequest,
  repository: Repository,
  subject: AlarmSubject,
): Promise<Alarm[]> {
  const marker = markerOf(subject)
  const found: Alarm[] = []
  for (let page = 1; ; page += 1) {
    const { data } = await request('GET /repos/{owner}/{repo}/issues', {
      ...repository,
      labels: alarmLabel,
      state: 'open',
      per_page: perPage,
      page,
    })
    for (const { number, html_url: url, body, pull_request } of data) {
      if (pull_request !== undefined || body?.startsWith(marker) !== true) continue
      found.push({ number, url, snapshotAt: snapshotIn(body) })
    }
    if (data.length < perPage) return found.toSorted((a, b) => a.number - b.number)
  }
}
