import type { data as Data } from '@actions/expressions'
import { data, Evaluator, Lexer, Parser } from './github-libraries.ts'
import { requireModelled } from './modelled.ts'

export type Value =
  string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }

export type Contexts = Readonly<Record<string, Value>>

/** What the functions `success()`, `failure()` and `cancelled()` answer; `always()` is true. */
interface Status {
  readonly success: boolean
  readonly failure: boolean
  readonly cancelled: boolean
}

export interface Scope {
  readonly contexts: Contexts
  /** Where status functions are allowed: in `if`. */
  readonly status?: Status
}

/**
 * Evaluates what stands between `${{` and `}}`.
 *
 * @throws Error for a context or function that is not available here, such as `hashFiles`
 */
export function evaluate(expression: string, { contexts, status }: Scope): Value {
  const functions = status === undefined ? [] : statusFunctions(status)
  const tokens = lex(expression)
  const tree = new Parser(tokens, Object.keys(contexts), functions).parse()
  requireModelled(tokens, contexts)
  const named = new Map(functions.map((one) => [one.name, one]))
  return fromData(new Evaluator(tree, toData(contexts) as Data.Dictionary, named).evaluate())
}

/** GitHub's lexer, version 0.3.61, reads only the first '' of a string as an apostrophe. */
const lex = (expression: string) =>
  new Lexer(expression)
    .lex()
    .tokens.map((token) =>
      token.lexeme.startsWith("'")
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    )

/** A value where GitHub wants text: in `env`, `with`, outputs and names. */
export function asText(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'object') throw new Error(`${JSON.stringify(value)} is no text`)
  return String(value)
}

const statusFunctions = ({ success, failure, cancelled }: Status) =>
  Object.entries({ success, failure, cancelled, always: true }).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }))

const toData = (value: Value) =>
  JSON.parse(JSON.stringify(value), data.reviver) as Data.ExpressionData

const fromData = (value: Data.ExpressionData) =>
  JSON.parse(JSON.stringify(value, data.replacer)) as Value
