import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeRun, headBranch, isFromFork, occurrence } from './event.ts'
import { git } from './git.ts'
import { runFile } from './run-file.ts'
import type { Run, WorkflowOrder, WorkflowResult } from './run.ts'
import { find } from './tokens.ts'
import { requireTrigger } from './trigger.ts'
import { parseWorkflowFile, type ReadWorkflow } from './workflow-file.ts'
import { workflowInputs } from './workflow-inputs.ts'

/** See the package's index. */
export async function runWorkflow(order: WorkflowOrder): Promise<WorkflowResult> {
  const event = await occurrence(order)
  const read = workflowReader(order, event.sha)
  const file = await parseWorkflowFile(order.file, read)
  requireTrigger(file, event)
  const declared = find(file.root, 'on', event.name, 'inputs')
  const inputs = workflowInputs(file.path, declared, order.inputs ?? {})

  const record = {
    ...{ name: file.name, path: file.path, event: event.name },
    ...{ headSha: event.sha, headBranch: headBranch(event) },
  }
  const started = await order.github.addWorkflowRun({ ...record, status: 'in_progress' })
  const { id, createdAt } = started
  const directory = join(order.directory, `run-${id}`)
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'event.json'), JSON.stringify(event.payload, null, 2))
  const fromFork = isFromFork(event)
  const run: Run = {
    ...{ order, directory, read, fromFork, cancel: new AbortController(), groups: new Set() },
    github: describeRun(order, file, event, started, inputs),
    say: (line) => order.log?.(line),
  }
  order.signal?.addEventListener('abort', () => {
    run.cancel.abort()
  })
  if (order.signal?.aborted === true) run.cancel.abort()
  const secrets = fromFork ? {} : (order.secrets ?? {})

  let conclusion: WorkflowResult['conclusion'] = 'failure'
  try {
    const { signal } = run.cancel
    const stop = () => {
      run.cancel.abort()
    }
    const result = await runFile({ run, file, inputs, secrets, signal, prefix: '' }, stop)
    conclusion = result?.conclusion ?? 'cancelled'
    return { runId: id, conclusion, jobs: result?.jobs ?? [] }
  } finally {
    const ended = { ...record, id, createdAt, status: 'completed' }
    await order.github.addWorkflowRun({ ...ended, conclusion })
  }
}

/** Files of the run's own repository at its commit, and of the folders that stand for others. */
function workflowReader({ github, checkouts = {} }: WorkflowOrder, sha: string): ReadWorkflow {
  return async (reference) => {
    if (reference.startsWith('./')) {
      const path = reference.slice(2)
      return git(['--git-dir', github.gitDirectory(), 'show', `${sha}:${path}`])
    }
    const [, repository = '', path = ''] = /^([^/]+\/[^/]+)\/([^@]+)@/.exec(reference) ?? []
    const folder = checkouts[repository]
    if (folder === undefined) throw new Error(`${reference}: no folder stands for ${repository}`)
    return readFile(join(folder, path), 'utf8')
  }
}
