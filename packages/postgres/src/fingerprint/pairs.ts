export const keyed = <T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T> =>
  new Map(list.map((one) => [keyOf(one), one]))

/** Every key of either map with what each has under it, in the order of the first. */
export const pairs = <T>(
  expected: ReadonlyMap<string, T>,
  found: ReadonlyMap<string, T>,
): (readonly [key: string, expected: T | undefined, found: T | undefined])[] =>
  [...new Set([...expected.keys(), ...found.keys()])].map(
    (key) => [key, expected.get(key), found.get(key)] as const,
  )
