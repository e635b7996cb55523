import type { WorkflowJob } from '@actions/workflow-parser/model/workflow-template'
import type { MappingToken } from '@actions/workflow-parser/templates/tokens/index'
import { callWorkflow } from './call-workflow.ts'
import { inConcurrencyGroup } from './concurrency-group.ts'
import type { Contexts, Value } from './expression.ts'
import { runJob } from './job.ts'
import { type Leg, matrixLegs } from './matrix.ts'
import { permissionsOf, readOnly, requireWithin } from './permissions.ts'
import type { Conclusion, Frame, JobResult } from './run.ts'
import { find, mapping, textOf, valueOf } from './tokens.ts'

/** What the jobs that need a job, and the caller of its workflow, learn of it. */
interface Finished {
  readonly result: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  /** All jobs that it needed, directly or not. */
  readonly ancestors: ReadonlySet<string>
}

export interface JobsResult {
  readonly conclusion: Conclusion
  readonly jobs: readonly JobResult[]
  readonly finished: ReadonlyMap<string, Finished>
}

/** One leg of a job's matrix, or a job without one, ready to run. */
export interface JobOrder {
  readonly frame: Frame
  readonly job: WorkflowJob
  /** The job as written. */
  readonly token: MappingToken
  readonly id: string
  readonly name: string
  /** github, needs, strategy, matrix, vars, inputs */
  readonly contexts: Contexts
  readonly permissions: ReturnType<typeof permissionsOf>
  /** Cancels this job alone. */
  readonly cancel: AbortController
  /** Of this job and of its file, as far as the file was not cancelled before the job began. */
  readonly signal: AbortSignal
}

export interface Outcome {
  readonly conclusion: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly jobs: readonly JobResult[]
}

/** All jobs of a workflow file, one at a time, each after those that it needs. */
export async function runJobs(frame: Frame): Promise<JobsResult> {
  const finished = new Map<string, Finished>()
  const jobs: JobResult[] = []
  const waiting = [...frame.file.template.jobs]
  while (waiting.length > 0) {
    const ready = waiting.findIndex((job) => namesOf(job).every((name) => finished.has(name)))
    const [job] = waiting.splice(ready, 1)
    if (job === undefined) break
    const { ancestors, needs } = needsOf(job, finished)
    const outcome = await runOrSkip(frame, job, ancestors, needs, finished)
    const { conclusion: result, outputs } = outcome
    finished.set(job.id.value, { result, outputs, ancestors })
    jobs.push(...outcome.jobs)
  }
  return { conclusion: worst([...finished.values()].map(({ result }) => result)), jobs, finished }
}

async function runOrSkip(
  frame: Frame,
  job: WorkflowJob,
  ancestors: ReadonlySet<string>,
  needs: Value,
  finished: ReadonlyMap<string, Finished>,
): Promise<Outcome> {
  const { run, file, inputs } = frame
  const contexts = { github: run.github, vars: run.order.variables ?? {}, inputs, needs }
  const results = [...ancestors].map((name) => finished.get(name)?.result)
  const cancelled = frame.signal.aborted
  const success = !cancelled && results.every((result) => result === 'success')
  const status = { success, failure: results.includes('failure'), cancelled }
  if (valueOf(file.path, job.if, { contexts, status })) {
    // What runs after a cancellation, `if: always()`, is not cancelled by it again.
    return runLegs(frame, job, contexts, cancelled ? [] : [frame.signal])
  }
  const id = `${frame.prefix}${job.id.value}`
  run.say(`\n── ${id}: skipped`)
  return withoutSteps(id, cancelled ? 'cancelled' : 'skipped')
}

/** A job's matrix, leg by leg; a failed one cancels those after it unless `fail-fast` is false. */
async function runLegs(
  frame: Frame,
  job: WorkflowJob,
  contexts: Contexts,
  stopping: readonly AbortSignal[],
): Promise<Outcome> {
  const { run, file } = frame
  const token = mapping(find(file.root, 'jobs', job.id.value), job.id.value)
  const setting = find(token, 'strategy')
  const valueAt = (...keys: string[]) => valueOf(file.path, find(setting, ...keys), { contexts })
  const legs = matrixLegs(valueAt('matrix'))
  const failFast = valueAt('fail-fast') !== false
  const wanted = permissionsOf(file.root, token, frame.ceiling)
  requireWithin(file.path, token, wanted, frame.ceiling)
  const permissions = run.fromFork ? readOnly(wanted) : wanted

  const outcomes: Outcome[] = []
  for (const [index, leg] of legs.entries()) {
    const id = `${frame.prefix}${job.id.value}${labelOf(leg)}`
    if (failFast && outcomes.some(({ conclusion }) => conclusion === 'failure')) {
      outcomes.push(withoutSteps(id, 'cancelled'))
      continue
    }
    const strategy = { 'fail-fast': failFast, 'job-index': index, 'job-total': legs.length }
    const inLeg = { ...contexts, strategy: { ...strategy, 'max-parallel': 1 }, matrix: leg }
    const name = textOf(file.path, job.name, { contexts: inLeg }) || id
    const cancel = new AbortController()
    const signal = AbortSignal.any([...stopping, cancel.signal])
    const order = { frame, job, token, id, name, contexts: inLeg, permissions, cancel, signal }
    const work = () => (job.type === 'job' ? runJob(order) : callWorkflow(order))
    const stop = () => {
      cancel.abort()
    }
    const group = find(token, 'concurrency')
    const outcome = await inConcurrencyGroup(frame, group, inLeg, stop, work)
    outcomes.push(outcome ?? withoutSteps(id, 'cancelled'))
  }
  return {
    conclusion: worst(outcomes.map(({ conclusion }) => conclusion)),
    outputs: Object.assign({}, ...outcomes.map(({ outputs }) => outputs)) as Outcome['outputs'],
    jobs: outcomes.flatMap(({ jobs }) => jobs),
  }
}

const namesOf = (job: WorkflowJob) => job.needs?.map(({ value }) => value) ?? []

function needsOf(job: WorkflowJob, finished: ReadonlyMap<string, Finished>) {
  const needs: Record<string, Value> = {}
  const ancestors = new Set<string>()
  for (const name of namesOf(job)) {
    const before = finished.get(name)
    if (before === undefined) continue
    needs[name] = { result: before.result, outputs: before.outputs }
    for (const one of [name, ...before.ancestors]) ancestors.add(one)
  }
  return { needs, ancestors }
}

/** Skipped jobs leave a run green. */
function worst(conclusions: readonly Conclusion[]): Conclusion {
  if (conclusions.includes('failure')) return 'failure'
  if (conclusions.includes('cancelled')) return 'cancelled'
  return conclusions.every((one) => one === 'skipped') ? 'skipped' : 'success'
}

const labelOf = (leg: Leg) =>
  Object.keys(leg).length === 0 ? '' : ` (${Object.values(leg).map(String).join(', ')})`

/** A job that did not run. */
export const withoutSteps = (id: string, conclusion: Conclusion): Outcome => ({
  conclusion,
  outputs: {},
  jobs: [{ id, name: id, conclusion, outputs: {}, steps: [], summary: '', log: '' }],
})
