import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { inputDefaults, readActionFile } from './action-file.ts'
import type { Contexts } from './expression.ts'
import type { JobState } from './job.ts'
import { inputEnvironment } from './run-action.ts'
import { standIns } from './stand-ins.ts'
import type { Prepared, StandInStep } from './step.ts'
import { find, textsOf, wordAt, WorkflowError } from './tokens.ts'

/** A `uses` step: a JavaScript action in a folder of this machine, or a stand-in for a remote one. */
export async function prepareAction(
  state: JobState,
  token: TemplateToken,
  contexts: Contexts,
): Promise<Prepared | StandInStep> {
  const { path } = state.order.frame.file
  const uses = find(token, 'uses')
  const reference = wordAt(uses)
  const refuse = (why: string) => new WorkflowError(path, uses, `uses: ${reference}: ${why}`)
  const given = textsOf(path, find(token, 'with'), { contexts })
  const remote = /^([^/@]+\/[^/@]+)((?:\/[^@]+)?)@/.exec(reference)
  const [, repository = '', folder = ''] = remote ?? []
  const checkout = state.order.frame.run.order.checkouts?.[repository]
  if (remote !== null && checkout === undefined) {
    const standIn = standIns[`${repository}${folder}`]
    if (standIn === undefined) throw refuse('nothing stands for this action here')
    return () => standIn(state, given, refuse)
  }

  const directory =
    checkout === undefined ? join(state.workspace, reference) : `${checkout}${folder}`
  if (!existsSync(join(directory, 'action.yml'))) {
    throw refuse("there is no action.yml; actions/checkout comes before a repository's own action")
  }
  const file = await readActionFile(directory)
  const { inputs, runs } = file
  const unknown = Object.keys(given).find((name) => !(name in inputs))
  if (unknown !== undefined) {
    throw refuse(`there is no input '${unknown}', only ${Object.keys(inputs).join(', ')}`)
  }
  const environment = inputEnvironment({ ...inputDefaults({ inputs }, state.token), ...given })
  const program = process.execPath
  const node = (script: string) => ({ program, arguments: [join(directory, script)], environment })
  const condition = runs['post-if'] ?? 'always()'
  return {
    ...node(runs.main),
    directory: state.workspace,
    ...(runs.post !== undefined && { post: { ...node(runs.post), condition } }),
  }
}
