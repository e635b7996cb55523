import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { takeTurn } from './concurrency.ts'
import type { Contexts } from './expression.ts'
import { isMapping } from './github-libraries.ts'
import type { Frame } from './run.ts'
import { find, textOf, valueOf } from './tokens.ts'

/**
 * Does the work when its concurrency group lets it.
 *
 * @param setting the value of `concurrency`; undefined where there is none
 * @returns undefined when a newer run of the group came while this one waited
 */
export async function inConcurrencyGroup<Result>(
  { run, file: { path } }: Frame,
  setting: TemplateToken | undefined,
  contexts: Contexts,
  cancel: AbortController,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  if (setting === undefined) return work()
  const group = textOf(path, isMapping(setting) ? find(setting, 'group') : setting, { contexts })
  if (group === '') return work()
  const cancelInProgress = valueOf(path, find(setting, 'cancel-in-progress'), { contexts }) === true
  const { apiUrl, repository } = run.order.github
  // Names of groups do not tell upper from lower case.
  const name = `${apiUrl} ${repository} ${group.toLowerCase()}`
  using turn = await takeTurn(name, cancelInProgress, () => {
    cancel.abort()
  })
  return turn.granted ? await work() : undefined
}
