import { notTold, raiseAlarm, resolveAlarms } from '@recovery-playbook/alarm'
import {
  type Check,
  type DrillReport,
  verdictOf,
  watchBackups,
  watchInWords,
  type WorkflowState,
} from '@recovery-playbook/drill'
import {
  type GithubRequest,
  orNothing,
  type PacedRequest,
  parseRepository,
  refusal,
} from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { readHistory } from '@recovery-playbook/recovery-log'
import { watchBody, watchResolved, watchTitle } from '@recovery-playbook/report'
import { alarmContext } from './alarm-context.ts'
import { runsOn } from './default-branch.ts'
import type { Inputs } from './inputs.ts'
import { keyCheckName, withKeyCheck, withoutKeyCheck } from './key-check.ts'
import { mayKeepIssue } from './may-keep-issue.ts'
import { storeOf } from './store.ts'

/** Whether backups still come, and whether a person still holds what opens them. */
export async function watch(
  inputs: Inputs,
  runner: Runner,
  request: PacedRequest,
): Promise<DrillReport> {
  let home: Home | undefined
  const report = await watchBackups({
    ...inputs,
    ...runner,
    subject: { repository: runner.context.repository, database: inputs.name },
    store: storeOf(inputs, runner, request),
    githubTime: async () => (home = await homeOf(runner, request)).time,
    workflows: () => workflowStates(inputs, runner, request),
    snapshots: () => readHistory(request, parseRepository(runner.context.repository), inputs.name),
  })
  const asks = inputs.keyCheck && home !== undefined && runsOn(home.defaultBranch, runner)
  const found = asks ? await withKeyCheck(report, inputs, runner, request) : report
  return inputs.provingWorkflows.includes(runner.context.workflowFile) ? forOwnRun(found) : found
}

/**
 * In a run that exports and drills: what no export mends is told, and is for a watch of its own to judge.
 * If it failed, the run would, and the guard would not believe what the run has proved.
 */
function forOwnRun(report: DrillReport): DrillReport {
  const isOfOthers = ({ name, state }: Check) =>
    state === 'FAILED' && ['schedule', keyCheckName].includes(name)
  if (!report.checks.some(isOfOthers)) return report
  const checks = report.checks.map((check): Check =>
    isOfOthers(check) ? { ...check, state: 'SKIPPED' } : check,
  )
  const verdict = verdictOf(checks)
  return { ...report, checks, verdict, ...(verdict === 'PROVED' && { inWords: watchInWords }) }
}

/** The repository whose workflow runs. */
interface Home {
  readonly defaultBranch: string
  /** By GitHub's clock: of the header that every answer has, RFC 9110, 6.6.1. */
  readonly time: Date
}

async function homeOf({ context }: Runner, request: GithubRequest): Promise<Home> {
  const repository = parseRepository(context.repository)
  const { headers, data } = await request('GET /repos/{owner}/{repo}', { ...repository }).catch(
    (error: unknown) => {
      throw refusal('tell the time', error)
    },
  )
  const time = new Date(headers.date ?? Number.NaN)
  if (Number.isNaN(time.getTime())) throw new Error('GitHub’s answer has no date')
  return { time, defaultBranch: data.default_branch }
}

/** Of those that are there. */
async function workflowStates(
  { provingWorkflows }: Inputs,
  { context }: Runner,
  request: GithubRequest,
): Promise<WorkflowState[]> {
  const repository = parseRepository(context.repository)
  const named = (path: string) => ({ ...repository, workflow_id: path.split('/').at(-1) ?? path })
  const states: WorkflowState[] = []
  for (const path of provingWorkflows) {
    const found = await orNothing(
      request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}', named(path)),
    ).catch((error: unknown) => {
      throw refusal(`show the workflow ${path}`, error)
    })
    if (found === undefined) continue
    states.push({ path, state: found.data.state, scheduledAt: await scheduledAt(path) })
  }
  return states

  async function scheduledAt(path: string): Promise<Date | undefined> {
    const { data } = await request(
      'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
      { ...named(path), event: 'schedule', per_page: 1 },
    ).catch((error: unknown) => {
      throw refusal(`list the runs of ${path}`, error)
    })
    const [last] = data.workflow_runs
    return last === undefined ? undefined : new Date(last.created_at)
  }
}

/**
 * One issue about backups, from the first late one to the first that is in time. What could not be looked
 * at opens none and closes none: the job is red.
 */
export async function tellOfWatch(
  found: DrillReport,
  inputs: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const report = withoutKeyCheck(found)
  if (!inputs.alarm || report.verdict === 'NOT PROVED') return
  await runner
    .chapter('Tell people', () => tell(report, inputs, runner, request))
    .catch((error: unknown) => {
      runner.info(`The issue about backups is not kept: ${notTold('issues: write', error)}`)
    })
}

async function tell(
  report: DrillReport,
  inputs: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const repository = parseRepository(runner.context.repository)
  if (!(await mayKeepIssue(runner, request))) return
  const subject = { database: inputs.name, scenario: 'watch' }
  const context = alarmContext(inputs, runner, [])
  const snapshotAt = report.point?.manifest.snapshotAt
  const isUndecided = report.checks.some(
    ({ name, state }) => name === 'schedule' && state === 'SKIPPED',
  )
  if (report.verdict === 'PROVED' && isUndecided) {
    runner.info('The issue is left as it is: the schedule is for a watch of its own to judge.')
    return
  }
  if (report.verdict === 'PROVED' && snapshotAt !== undefined) {
    const proof = watchResolved(report, context)
    const { closed } = await resolveAlarms(request, repository, subject, proof, snapshotAt)
    for (const { number } of closed) runner.info(`Issue #${number} is closed.`)
    return
  }
  const [workflow = 'backup.yml'] = inputs.provingWorkflows
  const { url, isNew } = await raiseAlarm(request, repository, subject, {
    title: watchTitle(context),
    body: watchBody(report, context, workflow),
    snapshotAt,
  })
  runner.info(`${url} ${isNew ? 'was opened' : 'is open, and was brought up to date'}.`)
}
