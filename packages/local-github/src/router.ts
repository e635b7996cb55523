import type { Answer, Call } from './exchange.ts'
import type { Level } from './tokens.ts'

export type Need = readonly [permission: string, level: Level]

export interface Route {
  readonly method: string
  /** Below /repos/{owner}/{repo}; `{name}` is one segment, `{+name}` one or more. */
  readonly path: string
  /** Undefined: whoever sees the repository may ask. */
  readonly needs?: Need
  readonly handle: (call: Call) => Promise<Answer>
}

interface Found {
  readonly route: Route
  readonly variables: Record<string, string>
}

export type Router = (method: string, path: string) => Found | undefined

/** The first route that fits, in the order given. */
export function router(routes: readonly Route[]): Router {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }))
  return (method, path) => {
    for (const { route, pattern } of compiled) {
      const match = route.method === method ? pattern.exec(path) : null
      if (match === null) continue
      const groups = Object.entries(match.groups ?? {})
      return {
        route,
        variables: Object.fromEntries(groups.map(([name, value]) => [name, decoded(value)])),
      }
    }
    return undefined
  }
}

function patternOf(path: string): RegExp {
  const source = path
    .replaceAll(/\{\+(\w+)\}/g, '(?<$1>.+)')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return new RegExp(`^${source}$`)
}

/** A path's piece as it was meant; as it is where it cannot be decoded. */
export function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
