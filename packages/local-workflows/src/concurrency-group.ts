import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { takeTurn } from './concurrency.ts'
import type { Contexts } from './expression.ts'
import { isMapping } from './github-libraries.ts'
import type { Frame } from './run.ts'
import { find, textOf, valueOf, WorkflowError } from './tokens.ts'

/**
 * Does the work when its concurrency group lets it.
 *
 * @param setting the value of `concurrency`; undefined where there is none
 * @param cancel called when a newer run of the group comes and wants the place
 * @returns undefined when a newer run of the group came while this one waited
 */
export async function inConcurrencyGroup<Result>(
  { run, file: { path } }: Frame,
  setting: TemplateToken | undefined,
  contexts: Contexts,
  cancel: () => void,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  if (setting === undefined) return work()
  const group = textOf(path, isMapping(setting) ? find(setting, 'group') : setting, { contexts })
  if (group === '') return work()
  const cancelInProgress = valueOf(path, find(setting, 'cancel-in-progress'), { contexts }) === true
  const { apiUrl, repository } = run.order.github
  // Names of groups do not tell upper from lower case.
  const name = `${apiUrl} ${repository} ${group.toLowerCase()}`
  if (run.groups.has(name)) {
    throw new WorkflowError(path, setting, `concurrency: the run waits for itself in '${group}'`)
  }
  using turn = await takeTurn(name, cancelInProgress, cancel)
  if (!turn.granted) return undefined
  run.groups.add(name)
  try {
    return await work()
  } finally {
    run.groups.delete(name)
  }
}
