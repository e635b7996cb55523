/** One piece of Python source; comments are none. */
export interface Token {
  readonly kind: 'string' | 'word' | 'mark'
  readonly text: string
}

const piece =
  /#[^\n]*|(?:[rbuf]{0,2})("""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|([A-Za-z_]\w*)|([^\s\w])/gi

/** Enough of Python to find what is assigned and called; numbers are left out. */
export const tokensOf = (source: string): Token[] =>
  [...source.matchAll(piece)].flatMap(([, quoted, word, mark]): Token[] => {
    if (quoted !== undefined) return [{ kind: 'string', text: unquoted(quoted) }]
    if (word !== undefined) return [{ kind: 'word', text: word }]
    return mark === undefined ? [] : [{ kind: 'mark', text: mark }]
  })

const unquoted = (quoted: string) =>
  /^("""|''')/.test(quoted) ? quoted.slice(3, -3) : quoted.slice(1, -1)

const is = (token: Token | undefined, text: string) =>
  token !== undefined && token.kind !== 'string' && token.text === text

/** The last string that a name is assigned. */
export function assignedString(tokens: readonly Token[], name: string): string | undefined {
  return tokens
    .filter((_, index) => is(tokens[index - 2], name) && is(tokens[index - 1], '='))
    .filter(({ kind }) => kind === 'string')
    .at(-1)?.text
}

/** What stands in the brackets that names are assigned, or that are added to them. */
export function assignedList(tokens: readonly Token[], isName: (name: string) => boolean) {
  return tokens.flatMap(({ kind, text }, index) => {
    if (kind !== 'word' || !isName(text)) return []
    const equals = is(tokens[index + 1], '+') ? index + 2 : index + 1
    if (!is(tokens[equals], '=')) return []
    return bracketed(tokens, equals + 1)
      .filter(({ token }) => token.kind === 'string')
      .map(({ token }) => token.text)
  })
}

/** The keys of the mapping that a name is assigned. */
export function assignedKeys(tokens: readonly Token[], name: string): string[] {
  const at = tokens.findIndex((token, index) => is(token, name) && is(tokens[index + 1], '='))
  if (at < 0) return []
  const inside = bracketed(tokens, at + 2)
  return inside
    .filter(
      ({ token, depth }, index) =>
        depth === 1 && token.kind === 'string' && is(inside[index + 1]?.token, ':'),
    )
    .map(({ token }) => token.text)
}

/** What follows an opening bracket, up to the one that closes it; nothing where none opens. */
function bracketed(tokens: readonly Token[], from: number) {
  const found: { readonly token: Token; readonly depth: number }[] = []
  let depth = 0
  for (const token of tokens.slice(from)) {
    if (token.kind === 'mark' && '([{'.includes(token.text)) depth += 1
    if (token.kind === 'mark' && ')]}'.includes(token.text)) depth -= 1
    if (depth <= 0) break
    found.push({ token, depth })
  }
  return found
}

/** Variables of the environment that are read without a default, as far as that can be seen. */
export function requiredVariables(tokens: readonly Token[]): string[] {
  const reads = /^(env|config|require\w*|get_env\w*|get_secret|str|url|int|must\w*)$/i
  const names = tokens.flatMap(({ kind, text }, index) => {
    const [reader, bracket] = [tokens[index - 2], tokens[index - 1]]
    if (kind !== 'string' || reader?.kind !== 'word') return []
    const inEnviron = reader.text === 'environ' && is(bracket, '[') && is(tokens[index + 1], ']')
    const inCall = reads.test(reader.text) && is(bracket, '(') && is(tokens[index + 1], ')')
    return inEnviron || inCall ? [text] : []
  })
  return [...new Set(names)]
}

/** A page of a URLconf. */
export interface Route {
  readonly path: string
  readonly name: string | undefined
  /** What answers it, as its words and strings: `include django.contrib.auth.urls`. */
  readonly target: string
}

/** The plain `path()` entries of a URLconf, without those that take parameters. */
export function routesIn(tokens: readonly Token[]): Route[] {
  return tokens.flatMap((token, index) => {
    const [route, comma] = [tokens[index + 2], tokens[index + 3]]
    if (!is(token, 'path') || route?.kind !== 'string' || !is(comma, ',')) return []
    if (/[<>\s]/.test(route.text)) return []
    const target = bracketed(tokens, index + 1).slice(3)
    const named = target.findIndex(
      (one, at) => is(one.token, 'name') && is(target[at + 1]?.token, '='),
    )
    return [
      {
        path: `/${route.text}`,
        name: named < 0 ? undefined : target[named + 2]?.token.text,
        target: target
          .filter((one) => one.token.kind !== 'mark')
          .map((one) => one.token.text)
          .join(' '),
      },
    ]
  })
}

export const mentions = (tokens: readonly Token[], text: string): boolean =>
  tokens.some((token) => token.kind === 'string' && token.text === text)
