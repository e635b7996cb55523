import { Failure } from '@recovery-playbook/failure'
import {
  containsCommit,
  defaultBranchOf,
  type GithubRequest,
  refusal,
  type Repository,
  statusOf,
} from '@recovery-playbook/github'
import type { Proof } from './proof-format.ts'

/** A push is tagged, and a pull request is judged; others write who drill. */
const notDrilling = ['push', 'pull_request', 'pull_request_target', 'merge_group']

/** Which runs may prove something. */
export interface TrustedRuns {
  /** Paths of workflow files, such as `.github/workflows/backup.yml`. */
  readonly workflows: readonly string[]
  /** ISO 8601: a run that ended before the recovery point was published cannot have drilled it. */
  readonly since: string
  /** Of the repository; GitHub is asked where nobody has said it. */
  readonly defaultBranch: string | undefined
}

/**
 * Anybody with write access can write to the log branch. So GitHub is asked whether the run that a
 * record names is of a trusted workflow file, of this repository, on the default branch, and succeeded.
 * A run of a tag that is called like the branch says the same of itself, so its commit is looked for there;
 * a schedule starts what is on the default branch alone (docs.github.com, "Events that trigger workflows").
 *
 * @returns whether it has ended; while it goes on, nothing else speaks against it
 * @throws Failure NOT_PROVED, GITHUB_REFUSED
 */
export async function confirmRun(
  request: GithubRequest,
  repository: Repository,
  { run }: Pick<Proof, 'run'>,
  trusted: TrustedRuns,
): Promise<boolean> {
  const found = await runOf(request, repository, run.id)
  const main = trusted.defaultBranch ?? (await defaultBranchOf(request, repository))
  const isOfMain = async () =>
    found.event === 'schedule' ||
    (await containsCommit(request, repository, main, found.head_sha).catch((error: unknown) => {
      throw refusal(`compare ${found.head_sha} with ${main}`, error)
    }))
  const wrong =
    wrongWith(found, run.attempt, trusted, main) ??
    ((await isOfMain())
      ? undefined
      : `ran on ${found.head_sha}, a commit that ${main} does not have`)
  if (wrong === undefined) return found.status === 'completed'
  throw new Failure('NOT_PROVED', `The record names run ${run.id}, which ${wrong}.`, {
    hint: 'Run the drill on the default branch, and let it end well.',
  })
}

/** What speaks against a run in GitHub's description of it. */
function wrongWith(
  found: WorkflowRun,
  attempt: number,
  { workflows, since }: TrustedRuns,
  main: string,
): string | undefined {
  const path = found.path.replace(/@.*$/, '')
  // Of a fork that was deleted meanwhile GitHub knows nothing, whatever its description says.
  const head = found.head_repository as { full_name: string } | null
  if (!workflows.includes(path)) return `is of ${path}, not of ${workflows.join(' or ')}`
  if (head?.full_name !== found.repository.full_name)
    return `ran on the code of ${head?.full_name ?? 'a deleted repository'}`
  if (found.head_branch !== main)
    return `ran on ${found.head_branch ?? 'no branch'}, not on ${main}`
  if (notDrilling.includes(found.event))
    return `ran for a ${found.event.replace('_', ' ')}, which drills nothing`
  if (found.run_attempt !== attempt)
    return `has been run again: attempt ${found.run_attempt ?? 1} is the latest, the record is of ${attempt}`
  if (found.status !== 'completed') return undefined
  if (found.conclusion !== 'success') return `ended with '${found.conclusion ?? 'nothing'}'`
  if (Date.parse(found.updated_at) < Date.parse(since))
    return `ended at ${found.updated_at}, before the recovery point was published`
  return undefined
}

type WorkflowRun = Awaited<ReturnType<typeof runOf>>

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
