/** SQL text whose parts were quoted by these functions reaches the server as it was meant. */

/** An identifier, quoted whatever it holds: quotes, newlines, backslashes, emoji. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** `"schema"."name"`. */
export const qualified = (schema: string, name: string): string =>
  `${identifier(schema)}.${identifier(name)}`

/** A text literal for a session with standard_conforming_strings on, which all of ours have. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Splits work into statements of a bounded size. */
export function inBatches<T>(list: readonly T[], size: number): T[][] {
  const batches: T[][] = []
  for (let from = 0; from < list.length; from += size) batches.push(list.slice(from, from + size))
  return batches
}
