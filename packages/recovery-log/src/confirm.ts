import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, refusal, type Repository, statusOf } from '@recovery-playbook/github'
import type { Proof } from './proof-format.ts'

/** Which runs may prove something. */
export interface TrustedRuns {
  /** Paths of workflow files, such as `.github/workflows/backup.yml`. */
  readonly workflows: readonly string[]
  /** ISO 8601: a run that ended before the recovery point was published cannot have drilled it. */
  readonly since: string
}

/**
 * Anybody with write access can write to the log branch. So GitHub is asked whether the run that a
 * record names is of a trusted workflow file, of this repository, on the default branch, and succeeded.
 *
 * @throws Failure NOT_PROVED, GITHUB_REFUSED
 */
export async function assertConfirmed(
  request: GithubRequest,
  repository: Repository,
  { run }: Proof,
  { workflows, since }: TrustedRuns,
): Promise<void> {
  const found = await runOf(request, repository, run.id)
  const { data: home } = await request('GET /repos/{owner}/{repo}', { ...repository })
  const path = found.path.replace(/@.*$/, '')
  // Of a fork that was deleted meanwhile GitHub knows nothing, whatever its description says.
  const head = found.head_repository as { full_name: string } | null
  const wrong = !workflows.includes(path)
    ? `is of ${path}, not of ${workflows.join(' or ')}`
    : head?.full_name !== home.full_name
      ? `ran on the code of ${head?.full_name ?? 'a deleted repository'}`
      : found.head_branch !== home.default_branch
        ? `ran on ${found.head_branch ?? 'no branch'}, not on ${home.default_branch}`
        : found.event === 'pull_request' || found.event === 'pull_request_target'
          ? 'ran for a pull request'
          : found.run_attempt !== run.attempt
            ? `has been run again: attempt ${found.run_attempt ?? 1} is the latest, the record is of ${run.attempt}`
            : found.conclusion !== 'success'
              ? `ended with '${found.conclusion ?? found.status ?? 'nothing yet'}'`
              : Date.parse(found.updated_at) < Date.parse(since)
                ? `ended at ${found.updated_at}, before the recovery point was published`
                : undefined
  if (wrong === undefined) return
  throw new Failure('NOT_PROVED', `The record names run ${run.id}, which ${wrong}.`, {
    hint: 'Run the drill on the default branch, and let it end well.',
  })
}

async function runOf(request: GithubRequest, repository: Repository, run_id: number) {
  try {
    const { data } = await request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
      ...repository,
      run_id,
    })
    return data
  } catch (error) {
    if (![403, 404].includes(statusOf(error) ?? 0)) throw refusal(`show run ${run_id}`, error)
    throw new Failure('NOT_PROVED', `The record names run ${run_id}, which GitHub does not show.`, {
      hint: 'Give the job `permissions: actions: read`. If it has it, the run was deleted: run the drill again.',
      cause: error,
    })
  }
}
