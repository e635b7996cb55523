import type { Contexts, Value } from './expression.ts'
import { eventFields } from './payload.ts'

interface Lexed {
  readonly lexeme: string
}

/**
 * What is missing in a context is empty on GitHub, so what only this runner lacks would be, too. This
 * refuses every field of `github` and of its event that is not modelled here.
 *
 * @param tokens of an expression
 * @throws Error that names the field
 */
export function requireModelled(tokens: readonly Lexed[], { github }: Contexts): void {
  for (const [index, { lexeme }] of tokens.entries()) {
    if (lexeme.toLowerCase() !== 'github' || tokens[index - 1]?.lexeme === '.') continue
    requirePath(pathAfter(tokens.slice(index + 1)), github ?? null)
  }
}

/** `.event.number` and `['event'].number`: the names; `*` stands for what is not written out. */
function pathAfter(tokens: readonly Lexed[]): readonly string[] {
  const [mark, name, closing] = tokens.map(({ lexeme }) => lexeme)
  if (mark === '.') return [name ?? '', ...pathAfter(tokens.slice(2))]
  if (mark !== '[') return []
  const literal = closing === ']' ? /^'(.*)'$/.exec(name ?? '')?.[1] : undefined
  return literal === undefined ? ['*'] : [literal, ...pathAfter(tokens.slice(3))]
}

function requirePath(path: readonly string[], github: Value): void {
  const refuse = (names: readonly string[], what: string) =>
    new Error(`${['github', ...names].join('.')}: ${what}`)
  const whole = path.length === 0 || (path.length === 1 && path[0]?.toLowerCase() === 'event')
  if (whole) throw refuse(path, 'this runner does not model all of it; name a field')
  let value = github
  for (const [depth, name] of path.entries()) {
    if (typeof value !== 'object' || value === null) return
    if (name === '*') throw refuse(path, 'this runner needs the name of the field')
    const inside = Object.entries(value as Contexts)
    const found = inside.find(([key]) => key.toLowerCase() === name.toLowerCase())
    if (found === undefined) {
      if (isOfAnotherEvent(path, depth)) return
      throw refuse(path.slice(0, depth + 1), 'this runner does not model it')
    }
    value = found[1]
  }
}

/** Empty on GitHub as well: `github.event.schedule` of a push, or an input that nobody declared. */
function isOfAnotherEvent(path: readonly string[], depth: number): boolean {
  const [event, field = ''] = path.map((name) => name.toLowerCase())
  if (event !== 'event') return false
  return depth === 1 ? eventFields.includes(field) : field === 'inputs'
}
