import { z } from 'zod'
import { parseJson } from './json.ts'

/** A line for each row: a commit of the log shows what was added. */
export const formattedRows = (rows: readonly object[], more: object = {}): string =>
  `{"format":1,${inner(more)}"rows":[\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`

const inner = (more: object) =>
  Object.entries(more)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)},`)
    .join('')

/** The rows of a file: none where there is no file yet, undefined where it cannot be read. */
export function rowsIn<Row>(
  schema: z.ZodType<{ rows: Row[] }>,
  text: string | undefined,
): Row[] | undefined {
  if (text === undefined) return []
  const parsed = schema.safeParse(parseJson(text))
  return parsed.success ? parsed.data.rows : undefined
}
