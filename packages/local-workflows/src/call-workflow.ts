import type { Contexts, Value } from './expression.ts'
import { isMapping } from './github-libraries.ts'
import { type JobOrder, type Outcome, withoutSteps } from './jobs.ts'
import { runFile } from './run-file.ts'
import { find, pairsOf, textOf, textsOf, valueOf, wordAt, WorkflowError } from './tokens.ts'
import { parseWorkflowFile } from './workflow-file.ts'
import { workflowInputs } from './workflow-inputs.ts'

/** A job that is a reusable workflow: `uses: ./.github/workflows/x.yml`. */
export async function callWorkflow(order: JobOrder): Promise<Outcome> {
  const { frame, token, contexts, permissions } = order
  const { run, file: caller } = frame
  const reference = wordAt(token, 'uses')
  const path = reference.replace(/^\.\//, '')
  const read = (asked: string) => run.read(asked === `./${path}` ? reference : asked)
  const file = await parseWorkflowFile(path, read)
  const on = find(file.root, 'on', 'workflow_call')
  if (file.template.events.workflow_call === undefined) {
    throw new WorkflowError(caller.path, token, `${reference} has no 'on: workflow_call'`)
  }
  const given = valueOf(caller.path, find(token, 'with'), { contexts }) ?? {}
  const inputs = workflowInputs(path, find(on, 'inputs'), given as Record<string, Value>)
  const called = {
    ...{ run, file, inputs, ceiling: permissions },
    secrets: secretsFor(order, contexts),
    signal: order.signal,
    prefix: `${order.id} / `,
  }
  const result = await runFile(called, () => {
    order.cancel.abort()
  })
  if (result === undefined) return withoutSteps(order.id, 'cancelled')
  const { conclusion, jobs, finished } = result
  const scope = {
    contexts: {
      ...{ github: run.github, inputs, vars: run.order.variables ?? {} },
      jobs: Object.fromEntries(
        [...finished].map(([id, { result, outputs }]) => [id, { result, outputs }]),
      ),
    },
  }
  const outputs = pairsOf(find(on, 'outputs')).map(
    ({ key, value }) => [key.toString(), textOf(path, find(value, 'value'), scope)] as const,
  )
  return { conclusion, jobs, outputs: Object.fromEntries(outputs) }
}

function secretsFor({ frame, token }: JobOrder, contexts: Contexts): Record<string, string> {
  const setting = find(token, 'secrets')
  if (setting !== undefined && !isMapping(setting)) return { ...frame.secrets }
  return textsOf(frame.file.path, setting, { contexts: { ...contexts, secrets: frame.secrets } })
}
