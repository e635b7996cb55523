import type {
  BranchFilterConfig,
  TagFilterConfig,
  TypesFilterConfig,
} from '@actions/workflow-parser/model/workflow-template'
import { asText, type Value } from './expression.ts'
import { isSequence } from './github-libraries.ts'
import { find, pairsOf, WorkflowError } from './tokens.ts'
import type { WorkflowFile } from './workflow-file.ts'

/** What happened on GitHub, with defaults filled in. */
export interface Occurrence {
  readonly name: string
  /** `refs/heads/main` */
  readonly ref: string
  readonly payload: Readonly<Record<string, Value>>
}

type Filters = BranchFilterConfig & TagFilterConfig & TypesFilterConfig

/** What starts a workflow that names no types: docs.github.com, "Events that trigger workflows". */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ['opened', 'synchronize', 'reopened'],
  pull_request_target: ['opened', 'synchronize', 'reopened'],
  merge_group: ['checks_requested'],
}

const supportedFilters = ['branches', 'tags', 'types', 'inputs', 'outputs', 'secrets', 'cron']

/** @throws WorkflowError when GitHub would not start the workflow on this event */
export function requireTrigger({ path, root, template }: WorkflowFile, event: Occurrence): void {
  const on = find(root, 'on')
  const refuse = (what: string) => new WorkflowError(path, on, `on: does not start on ${what}`)
  const config = template.events[event.name]
  if (config === undefined) throw refuse(event.name)
  const setting = find(on, event.name)
  const filters = setting !== undefined && isSequence(setting) ? [...setting] : [setting]
  for (const { key } of filters.flatMap(pairsOf)) {
    if (supportedFilters.includes(key.toString())) continue
    throw new WorkflowError(path, key, `${key.toString()}: this runner does not support it`)
  }
  if (event.name === 'schedule') {
    const crons = template.events.schedule?.map(({ cron }) => cron) ?? []
    const cron = asText(event.payload.schedule ?? null)
    if (crons.includes(cron)) return
    throw refuse(`the schedule '${cron}', only on '${crons.join(`', '`)}'`)
  }
  const { branches, tags, types } = config as Filters
  const action = asText(event.payload.action ?? null)
  const started = types ?? defaultTypes[event.name]
  if (action !== '' && started?.includes(action) === false)
    throw refuse(`${event.name} '${action}'`)
  if (types !== undefined && action === '') throw refuse(event.name)
  if (!passes(targetOf(event), branches, tags)) throw refuse(`${event.name} to ${targetOf(event)}`)
}

/** For a pull request and a merge queue the branch that the change goes to. */
const targetOf = ({ ref, payload }: Occurrence): string => {
  const base = (payload.pull_request as { base?: { ref?: string } } | undefined)?.base?.ref
  const queue = (payload.merge_group as { base_ref?: string } | undefined)?.base_ref
  return base === undefined ? (queue ?? ref) : `refs/heads/${base}`
}

function passes(ref: string, branches?: readonly string[], tags?: readonly string[]): boolean {
  if (branches === undefined && tags === undefined) return true
  const [, kind = '', name = ''] = /^refs\/(heads|tags)\/(.*)$/.exec(ref) ?? []
  return ((kind === 'heads' ? branches : tags) ?? []).some((pattern) => matches(pattern, name))
}

/** `*` matches within a path segment and `**` across them, as in GitHub's filter patterns. */
function matches(pattern: string, name: string): boolean {
  if (/[?+[\]!]/.test(pattern)) throw new Error(`the filter '${pattern}': not supported here`)
  const expression = pattern
    .split('**')
    .map((part) => part.replaceAll('.', '\\.').replaceAll('*', '[^/]*'))
    .join('.*')
  return new RegExp(`^${expression}$`).test(name)
}
