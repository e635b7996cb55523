import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import type { Step } from '@actions/workflow-parser/model/workflow-template'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { prepareAction } from './action-step.ts'
import { runChild } from './child.ts'
import { commandFiles, type StepReport } from './command-files.ts'
import { type Contexts, evaluate } from './expression.ts'
import { jobContext, type JobState } from './job.ts'
import { unknownCommand } from './masking-log.ts'
import type { Conclusion } from './run.ts'
import { prepareScript } from './script-step.ts'
import { stepEnvironment } from './step-environment.ts'
import { find, textOf, textsOf, valueOf, wordAt } from './tokens.ts'

/** What a step is going to run. */
export interface Prepared {
  readonly program: string
  readonly arguments: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly post?: Omit<Post, 'state' | 'name'>
}

/** The `post` step of an action, which runs after all steps. */
export interface Post extends Pick<Prepared, 'program' | 'arguments' | 'environment'> {
  readonly name: string
  /** `post-if` */
  readonly condition: string
  /** What the action's main step wrote into GITHUB_STATE. */
  readonly state: Readonly<Record<string, string>>
}

interface Ending extends Omit<StepReport, 'path' | 'environment'> {
  readonly exitCode: number | null
  /** By the step's own limit. */
  readonly timedOut?: boolean
}

/** A stand-in works inside this process; it says what it does and returns an exit code. */
export type StandInStep = () => Promise<number>

export async function runStep(state: JobState, step: Step, token: TemplateToken): Promise<void> {
  const { path } = state.order.frame.file
  const before = contextsOf(state)
  const own = textsOf(path, find(token, 'env'), { contexts: before })
  const contexts = { ...before, env: { ...state.environment, ...own } }
  const script = textOf(path, find(token, 'run'), { contexts })
  const title = wordAt(token, 'uses') || (script.split('\n')[0] ?? '')
  const name = textOf(path, step.name, { contexts }) || `Run ${title}`
  const record = (outcome: Conclusion, conclusion: Conclusion, ending?: Ending) => {
    const { exitCode = null, outputs = {} } = ending ?? {}
    const { id } = step
    state.results.push({ id, name, outcome, conclusion, exitCode, outputs })
    state.steps[id] = { outcome, conclusion, outputs }
  }
  if (!valueOf(path, step.if, { contexts, status: statusOf(state) })) {
    record('skipped', 'skipped')
    return
  }
  state.line(`▸ ${name}`)
  const prepare = find(token, 'run') === undefined ? prepareAction : prepareScript
  const prepared = await prepare(state, token, contexts)
  const minutes = textOf(path, find(token, 'timeout-minutes'), { contexts })
  // What runs after a cancellation, `if: always()`, is not cancelled by it.
  const wasStopped = state.signal.aborted
  const ending = await perform(state, prepared, own, minutes === '' ? undefined : Number(minutes))
  if (typeof prepared !== 'function' && prepared.post !== undefined) {
    state.posts.push({ ...prepared.post, name: `Post ${name}`, state: ending.state })
  }

  const outcome = outcomeOf(ending, state.signal.aborted && !wasStopped)
  const tolerated = valueOf(path, find(token, 'continue-on-error'), { contexts }) === true
  const conclusion = outcome === 'failure' && tolerated ? 'success' : outcome
  if (conclusion !== 'success') state.status = conclusion
  record(outcome, conclusion, ending)
}

/** A program may well end with 0 when it is asked to end. */
function outcomeOf({ exitCode, timedOut }: Ending, stopped: boolean): JobState['status'] {
  if (stopped) return 'cancelled'
  return exitCode === 0 && timedOut !== true ? 'success' : 'failure'
}

export async function runPost(state: JobState, post: Post): Promise<void> {
  const scope = { contexts: contextsOf(state), status: statusOf(state) }
  if (!evaluate(post.condition, scope)) return
  state.line(`▸ ${post.name}`)
  const kept = Object.entries(post.state).map(([name, value]) => [`STATE_${name}`, value])
  const environment = { ...post.environment, ...(Object.fromEntries(kept) as typeof post.state) }
  const prepared = { ...post, environment, directory: state.workspace }
  const { exitCode } = await perform(state, prepared, {})
  if (exitCode !== 0 && state.status === 'success') state.status = 'failure'
}

async function perform(
  state: JobState,
  prepared: Prepared | StandInStep,
  own: Readonly<Record<string, string>>,
  minutes?: number,
): Promise<Ending> {
  if (typeof prepared === 'function') {
    return { exitCode: await prepared(), outputs: {}, summary: '', state: {} }
  }
  const files = await commandFiles(await mkdtemp(join(state.directory, 'step-')))
  const limit = minutes === undefined ? undefined : AbortSignal.timeout(Math.ceil(minutes * 60_000))
  const limits = [
    // What runs after a cancellation is not cancelled by it again.
    ...(state.signal.aborted ? [] : [state.signal]),
    ...(limit === undefined ? [] : [limit]),
  ]
  const environment = {
    ...stepEnvironment(state, own),
    ...files.environment,
    ...prepared.environment,
  }
  const signal = AbortSignal.any(limits)
  let unsupported: string | undefined
  const line = (text: string) => {
    unsupported ??= unknownCommand(text)
    state.line(text)
  }
  const exitCode = await runChild({ ...prepared, environment, signal, line })
  if (unsupported !== undefined) {
    throw new Error(`::${unsupported}:: in the log: this runner does not support it`)
  }
  const report = await files.read()
  Object.assign(state.environment, report.environment)
  state.path.unshift(...report.path.toReversed())
  if (report.summary !== '') state.summaries.push(report.summary)
  if (exitCode !== 0) state.line(`::error::Process completed with exit code ${exitCode ?? 'none'}.`)
  return { ...report, exitCode, timedOut: limit?.aborted === true }
}

const contextsOf = (state: JobState): Contexts => ({
  ...state.contexts,
  env: state.environment,
  steps: state.steps,
  job: jobContext(state),
})

const statusOf = ({ status, signal }: JobState) => ({
  success: status === 'success' && !signal.aborted,
  failure: status === 'failure',
  cancelled: status === 'cancelled' || signal.aborted,
})
