import { parse } from 'smol-toml'

/** A JSON or TOML file as a value; undefined where it cannot be read. */
export function valueIn(text: string | undefined, kind: 'json' | 'toml'): unknown {
  if (text === undefined) return undefined
  try {
    return kind === 'json' ? (JSON.parse(text) as unknown) : parse(text)
  } catch {
    return undefined
  }
}

export function valueAt(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<string, unknown>)[key]
        : undefined,
    value,
  )
}

export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, ...keys)
  return typeof found === 'string' && found.trim() !== '' ? found : undefined
}
