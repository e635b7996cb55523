import type { MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { asText, evaluate, type Scope, type Value } from './expression.ts'
import { isBasicExpression, isMapping, isScalar, isSequence } from './github-libraries.ts'

/** An error in a workflow file, at its place: `backup.yml:12: …`. */
export class WorkflowError extends Error {
  constructor(path: string, token: TemplateToken | undefined, message: string, cause?: unknown) {
    super(`${path}${token?.line === undefined ? '' : `:${token.line}`}: ${message}`, { cause })
    this.name = 'WorkflowError'
  }
}

/**
 * A piece of a workflow file with its expressions evaluated.
 *
 * @throws WorkflowError at the expression that cannot be evaluated here
 */
export function valueOf(path: string, token: TemplateToken | undefined, scope: Scope): Value {
  if (token === undefined) return null
  if (isSequence(token)) return [...token].map((one) => valueOf(path, one, scope))
  if (isMapping(token)) {
    const pairs = [...token].map(({ key, value }) => {
      if (key.isExpression) throw new WorkflowError(path, key, `${key.toString()}: not supported`)
      return [key.toString(), valueOf(path, value, scope)]
    })
    return Object.fromEntries(pairs) as Value
  }
  if (!isBasicExpression(token)) return literal(token)
  try {
    return evaluate(token.expression, scope)
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    throw new WorkflowError(path, token, `${token.toDisplayString()}: ${words}`, error)
  }
}

/** As `valueOf`, where GitHub wants text. */
export const textOf = (path: string, token: TemplateToken | undefined, scope: Scope): string =>
  asText(valueOf(path, token, scope))

/** A mapping of names to texts, such as `env` and `with`. */
export function textsOf(
  path: string,
  token: TemplateToken | undefined,
  scope: Scope,
): Record<string, string> {
  const value = valueOf(path, token, scope)
  if (value === null) return {}
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, asText(one as Value)]),
  )
}

/** The mapping under a key, empty when there is none. */
export const pairsOf = (token: TemplateToken | undefined) =>
  token !== undefined && isMapping(token) ? [...token] : []

export function find(token: TemplateToken | undefined, ...keys: readonly string[]) {
  let found = token
  for (const key of keys) found = found && isMapping(found) ? found.find(key) : undefined
  return found
}

/** The text under a key as it is written, '' when there is none. */
export function wordAt(token: TemplateToken | undefined, ...keys: readonly string[]): string {
  const found = find(token, ...keys)
  return found !== undefined && isScalar(found) ? found.toString() : ''
}

export const mapping = (token: TemplateToken | undefined, what: string): MappingToken => {
  if (token === undefined) throw new Error(`${what} is missing`)
  return token.assertMapping(what)
}

const literal = (token: TemplateToken): Value => ('value' in token ? (token.value as Value) : null)
