import type { GithubRequest, Repository } from '@recovery-playbook/github'
import type { AlarmSubject } from './subject.ts'

interface Found {
  readonly verdict: string
  /** The verdict as a sentence. */
  readonly words: string
  readonly runUrl: string
}

/** GitHub takes so many characters. */
const longestDescription = 140

/** Who has one database sees the scenario alone; a second one must not hide what the first one says. */
const contextOf = ({ database, scenario }: AlarmSubject) =>
  ['recovery-playbook', scenario, ...(database === 'default' ? [] : [database])].join('/')

/** Shows on a commit what the drill of its recovery point found. @throws what GitHub refuses */
export async function setCommitStatus(
  request: GithubRequest,
  repository: Repository,
  sha: string,
  subject: AlarmSubject,
  { verdict, words, runUrl }: Found,
): Promise<void> {
  await request('POST /repos/{owner}/{repo}/statuses/{sha}', {
    ...repository,
    sha,
    state: verdict === 'PROVED' ? 'success' : verdict === 'FAILED' ? 'failure' : 'error',
    context: contextOf(subject).slice(0, 200),
    description: `${verdict}: ${words}`.slice(0, longestDescription),
    target_url: runUrl,
  })
}
