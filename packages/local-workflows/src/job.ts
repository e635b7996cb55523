import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job } from '@actions/workflow-parser/model/workflow-template'
import { asText, type Contexts, type Value } from './expression.ts'
import { isMapping, isSequence } from './github-libraries.ts'
import type { JobOrder, Outcome } from './jobs.ts'
import { mask, maskingLog } from './masking-log.ts'
import { startServices } from './postgres-service.ts'
import type { Conclusion, StepResult } from './run.ts'
import { type Post, runPost, runStep } from './step.ts'
import { find, textOf, textsOf, valueOf, WorkflowError } from './tokens.ts'

/** A job at work; its steps change it. */
export interface JobState {
  readonly order: JobOrder
  /** Without `env`, `steps` and `job`, which change from step to step. */
  readonly contexts: Contexts
  readonly token: string
  readonly directory: string
  readonly workspace: string
  readonly temporary: string
  readonly masks: Set<string>
  readonly line: (line: string) => void
  /** Of the workflow, the job and `GITHUB_ENV`. */
  readonly environment: Record<string, string>
  readonly path: string[]
  readonly services: Value
  readonly steps: Record<string, Value>
  readonly results: StepResult[]
  readonly posts: Post[]
  readonly summaries: string[]
  status: Exclude<Conclusion, 'skipped'>
  readonly signal: AbortSignal
}

/** Runs the steps of a job on this machine, with a token of exactly the job's permissions. */
export async function runJob(order: JobOrder): Promise<Outcome> {
  const { frame, id, name, token: written } = order
  const { run, file } = frame
  requireUbuntu(order)
  run.say(`\n── ${name} ${'─'.repeat(Math.max(3, 74 - name.length))}`)
  const token = run.order.github.issueToken(order.permissions)
  const secrets = { ...frame.secrets, ...environmentSecrets(order) }
  const masks = new Set([...Object.values(secrets), token])
  const log: string[] = []
  const line = maskingLog((shown) => {
    log.push(shown)
    run.say(shown)
  }, masks)
  const folders = await foldersFor(run.directory, id)
  const contexts = jobContexts(order, { ...secrets, GITHUB_TOKEN: token }, folders)
  const environment = {
    ...textsOf(file.path, find(file.root, 'env'), { contexts }),
    ...textsOf(file.path, find(written, 'env'), { contexts }),
  }
  await using services = await startServices(file.path, written, contexts, folders.temporary)
  const state: JobState = {
    ...{ order, contexts, token, ...folders, masks, line, environment },
    path: run.order.programs === undefined ? [] : [run.order.programs],
    ...{ services: services.context, steps: {}, results: [], posts: [], summaries: [] },
    status: 'success',
    signal: signalFor(order, contexts),
  }

  const { steps } = order.job as Job
  const tokens = find(written, 'steps')
  for (const [index, step] of steps.entries()) {
    const at = tokens !== undefined && isSequence(tokens) ? tokens.get(index) : undefined
    if (at !== undefined) await runStep(state, step, at)
  }
  // Stopped between two steps, of which the rest was skipped.
  if (state.signal.aborted && state.status === 'success') state.status = 'cancelled'
  for (const post of state.posts.toReversed()) await runPost(state, post)

  const outputs = textsOf(file.path, find(written, 'outputs'), {
    contexts: { ...contexts, env: state.environment, steps: state.steps, job: jobContext(state) },
  })
  // GitHub hands on no output that holds a secret.
  for (const [output, value] of Object.entries(outputs)) {
    if (mask(value, masks) === value) continue
    line(`::warning::Skip output '${output}' since it may contain secret.`)
    outputs[output] = ''
  }
  const { status: conclusion, results, summaries } = state
  const summary = mask(summaries.join('\n'), masks)
  const result = { id, name, conclusion, outputs, steps: results, summary, log: log.join('\n') }
  return { conclusion, outputs, jobs: [result] }
}

export const jobContext = ({ status, services }: JobState): Value => ({ status, services })

function requireUbuntu({ frame: { file }, token, contexts }: JobOrder): void {
  const setting = find(token, 'runs-on')
  const labels = [valueOf(file.path, setting, { contexts })].flat().map(asText)
  if (labels.every((label) => label.startsWith('ubuntu-'))) return
  const message = `runs-on: ${labels.join(', ')}: this runner is an ubuntu only`
  throw new WorkflowError(file.path, setting, message)
}

async function foldersFor(run: string, id: string) {
  const directory = join(run, id.replaceAll(/[^\w.-]+/g, '-'))
  const workspace = join(directory, 'workspace')
  const temporary = join(directory, 'temp')
  for (const folder of [workspace, temporary]) await mkdir(folder, { recursive: true })
  return { directory, workspace, temporary }
}

function jobContexts(
  { frame, contexts, job }: JobOrder,
  secrets: Readonly<Record<string, string>>,
  { directory, workspace, temporary }: Pick<JobState, 'directory' | 'workspace' | 'temporary'>,
): Contexts {
  const github = {
    ...frame.run.github,
    token: secrets.GITHUB_TOKEN ?? '',
    workspace,
    job: job.id.value,
  }
  const runner = {
    ...{ os: 'Linux', arch: process.arch === 'x64' ? 'X64' : 'ARM64', name: 'local' },
    ...{ temp: temporary, tool_cache: join(directory, 'tools'), environment: 'self-hosted' },
  }
  return { ...contexts, secrets, github, runner }
}

/**
 * Of the job's environment, in the place of those of the same name. An empty name is none. Its rules of
 * protection are not modelled.
 */
function environmentSecrets({
  frame,
  token,
  contexts,
}: JobOrder): Readonly<Record<string, string>> {
  const setting = find(token, 'environment')
  const named = setting !== undefined && isMapping(setting) ? find(setting, 'name') : setting
  const { order, fromFork } = frame.run
  const name = textOf(frame.file.path, named, { contexts })
  return fromFork ? {} : (order.environments?.[name] ?? {})
}

/** The job's cancellation and `timeout-minutes`, GitHub's 360 by default. */
function signalFor({ frame, token, signal }: JobOrder, contexts: Contexts): AbortSignal {
  const minutes = textOf(frame.file.path, find(token, 'timeout-minutes'), { contexts }) || '360'
  // Not AbortSignal.any: Node forgets such a signal when another one is made of it, and `aborted` stays false.
  const ended = new AbortController()
  const end = () => {
    ended.abort()
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  setTimeout(end, Math.ceil(Number(minutes) * 60_000)).unref()
  return ended.signal
}
