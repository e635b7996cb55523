import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { asText, type Value } from './expression.ts'
import { find, pairsOf, valueOf, WorkflowError } from './tokens.ts'

/**
 * The context `inputs` of a `workflow_dispatch` or `workflow_call`: given values with the declared
 * types, and defaults for the rest.
 *
 * @param declared the mapping under `on.<event>.inputs`
 * @throws WorkflowError for an input that is not declared, is required and missing, or is no such value
 */
export function workflowInputs(
  path: string,
  declared: TemplateToken | undefined,
  given: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const names = pairsOf(declared).map(({ key }) => key.toString())
  const unknown = Object.keys(given).find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`
    throw new WorkflowError(path, declared, `there is no input '${unknown}'; ${known}`)
  }
  return Object.fromEntries(
    pairsOf(declared).map(({ key, value: declaration }) => {
      const name = key.toString()
      const refuse = (why: string) => new WorkflowError(path, key, `input '${name}' ${why}`)
      const literal = (of: string) => valueOf(path, find(declaration, of), { contexts: {} })
      const value = given[name] ?? literal('default')
      if (value === null && literal('required') === true) throw refuse('is required')
      return [name, typed(value, literal('type'), literal('options'), refuse)]
    }),
  )
}

function typed(value: Value, type: Value, options: Value, refuse: (why: string) => Error): Value {
  const text = asText(value)
  if (type === 'boolean') {
    if (['true', 'false', ''].includes(text)) return text === 'true'
    throw refuse(`is no boolean: '${text}'`)
  }
  if (type === 'number') {
    if (!Number.isNaN(Number(text))) return Number(text)
    throw refuse(`is no number: '${text}'`)
  }
  if (type === 'choice' && Array.isArray(options) && !options.includes(text)) {
    throw refuse(`is '${text}', not one of ${options.join(', ')}`)
  }
  return text
}
