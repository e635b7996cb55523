import { notFound } from './errors.ts'
import { answer, nodeId, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { readCommit } from './git-objects.ts'
import { page } from './paging.ts'
import { renderActionsBot } from './people.ts'
import { renderMinimalRepository } from './repository-rendering.ts'
import { nextId } from './repository.ts'
import type { Repository } from './repository.ts'
import type { Route } from './router.ts'
import type { RunRecord } from './state.ts'

/** docs.github.com/rest/actions/workflow-runs */
export const runRoutes: readonly Route[] = [
  { method: 'GET', path: '/actions/runs', needs: ['actions', 'read'], handle: list },
  { method: 'GET', path: '/actions/runs/{run}', needs: ['actions', 'read'], handle: get },
  {
    method: 'GET',
    path: '/actions/workflows/{workflow}',
    needs: ['actions', 'read'],
    handle: workflow,
  },
  {
    method: 'GET',
    path: '/actions/workflows/{workflow}/runs',
    needs: ['actions', 'read'],
    handle: list,
  },
]

/** A run to be added; what is left out is that of a successful scheduled run on the default branch. */
export type NewRun = Partial<Omit<RunRecord, 'runNumber'>>

export async function addRun(
  repository: Repository,
  run: NewRun,
  now: () => Date,
): Promise<RunRecord> {
  const head = run.headSha ?? (await repository.head()) ?? '0'.repeat(40)
  const date = timestamp(now())
  return repository.change((state) => {
    const path = run.path ?? '.github/workflows/backup.yml'
    const made: RunRecord = {
      id: nextId(state),
      name: 'Backup',
      event: 'schedule',
      status: 'completed',
      conclusion: (run.status ?? 'completed') === 'completed' ? 'success' : null,
      headBranch: state.defaultBranch,
      runAttempt: 1,
      createdAt: date,
      updatedAt: date,
      ...run,
      path,
      headSha: head,
      runNumber: state.runs.filter((other) => other.path === path).length + 1,
    }
    state.runs = [...state.runs.filter(({ id }) => id !== made.id), made]
    return made
  })
}

/** Newest first. `status` matches the status or the conclusion, as GitHub's does. */
async function list(call: Call): Promise<Answer> {
  const { query, variables } = call
  const asked = (name: string, ...values: (string | null)[]) =>
    query.get(name) === null || values.includes(query.get(name))
  const found = call.repository.state.runs
    .filter((run) => asked('branch', run.headBranch) && asked('event', run.event))
    .filter((run) => asked('head_sha', run.headSha) && asked('status', run.status, run.conclusion))
    .filter((run) => isOf(run, variables.workflow))
    .toReversed()
  const rendered = new Map<RunRecord, unknown>()
  for (const run of found) rendered.set(run, await renderRun(call, run))
  return page(
    call,
    found,
    (run) => rendered.get(run),
    (shown) => ({ total_count: found.length, workflow_runs: shown }),
  )
}

async function get(call: Call): Promise<Answer> {
  const found = call.repository.state.runs.find(({ id }) => String(id) === call.variables.run)
  if (found === undefined) throw notFound()
  return answer(200, await renderRun(call, found))
}

/** docs.github.com/rest/actions/workflows: one whose file is on the default branch, by the file's name. */
async function workflow({ addresses, now, repository, variables }: Call): Promise<Answer> {
  const path = `.github/workflows/${variables.workflow ?? ''}`
  if ((await repository.git.object(`HEAD:${path}`))?.type !== 'blob') throw notFound()
  const id = workflowId(path)
  const url = addresses.api(repository.name, `/actions/workflows/${id}`)
  return answer(200, {
    id,
    node_id: nodeId('Workflow', id),
    name: path,
    path,
    state: repository.state.workflowStates?.[path] ?? 'active',
    created_at: repository.state.createdAt,
    updated_at: timestamp(now()),
    url,
    html_url: addresses.page(repository.name, `/blob/HEAD/${path}`),
    badge_url: addresses.page(repository.name, `/workflows/${encodeURIComponent(path)}/badge.svg`),
  })
}

/** A workflow is asked for by its file's name, or by its number. */
const isOf = ({ path }: RunRecord, workflow: string | undefined): boolean =>
  workflow === undefined ||
  path === `.github/workflows/${workflow}` ||
  String(workflowId(path)) === workflow

const workflowId = (path: string): number => Buffer.from(path).reduce((sum, byte) => sum + byte, 1)

async function renderRun(call: Call, run: RunRecord) {
  const { addresses, repository } = call
  const url = addresses.api(repository.name, `/actions/runs/${run.id}`)
  const minimal = renderMinimalRepository(call)
  const commit = await readCommit(repository.git, run.headSha)
  const actor = renderActionsBot(addresses)
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    check_suite_id: run.id,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.path,
    display_title: run.name,
    run_number: run.runNumber,
    run_attempt: run.runAttempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflowId(run.path),
    url,
    html_url: addresses.page(repository.name, `/actions/runs/${run.id}`),
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.createdAt,
    actor,
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: addresses.api(repository.name, `/check-suites/${run.id}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: addresses.api(repository.name, `/actions/workflows/${workflowId(run.path)}`),
    head_commit:
      commit === undefined
        ? null
        : {
            id: commit.sha,
            tree_id: commit.tree,
            message: commit.message,
            timestamp: commit.committer.date,
            author: { name: commit.author.name, email: commit.author.email },
            committer: { name: commit.committer.name, email: commit.committer.email },
          },
    repository: minimal,
    head_repository:
      run.headRepository === undefined
        ? minimal
        : { ...minimal, full_name: run.headRepository, fork: true },
  }
}
