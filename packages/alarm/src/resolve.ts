import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { type Alarm, openAlarms } from './open-alarms.ts'
import { say } from './raise.ts'
import type { AlarmSubject } from './subject.ts'

export interface Resolved {
  readonly closed: readonly Alarm[]
  /** About a newer snapshot than the one that came back. */
  readonly left: readonly Alarm[]
}

/**
 * Closes what is open about this subject, with the proof. The comment comes first: an issue that is
 * closed without a reason is worse than one that is closed by the next drill.
 *
 * @param snapshotAt ISO 8601, of the recovery point that came back
 * @throws what GitHub refuses, as Octokit says it
 */
export async function resolveAlarms(
  request: GithubRequest,
  repository: Repository,
  subject: AlarmSubject,
  proof: string,
  snapshotAt: string,
): Promise<Resolved> {
  const open = await openAlarms(request, repository, subject)
  const isNewer = (alarm: Alarm) => Date.parse(alarm.snapshotAt ?? '') > Date.parse(snapshotAt)
  const closed = open.filter((alarm) => !isNewer(alarm))
  for (const { number } of closed) {
    await say(request, repository, number, proof)
    await request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...repository,
      issue_number: number,
      state: 'closed',
      state_reason: 'completed',
    })
  }
  return { closed, left: open.filter(isNewer) }
}
