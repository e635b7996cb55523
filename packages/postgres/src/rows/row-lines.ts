import type { TableFingerprint } from '../fingerprint/fingerprint.ts'
import type { Session } from '../session.ts'
import { identifier, literal, qualified } from '../sql.ts'

/**
 * What tells the rows of a table apart: the primary key, else a unique index over columns that are never
 * null, the one with the fewest columns. Empty where there is neither.
 */
export async function keyOf(
  session: Session,
  { schema, name, columns }: TableFingerprint,
): Promise<string[]> {
  const found = await session.query<{ columns: string[] }>(`
    SELECT ARRAY(
        SELECT attname::text FROM unnest(indkey[0 : indnkeyatts - 1]) WITH ORDINALITY AS part (number, place)
        JOIN pg_attribute ON attrelid = indrelid AND attnum = number ORDER BY place
      ) AS columns
    FROM pg_index
    WHERE indrelid = to_regclass(${literal(qualified(schema, name))}) AND indisunique AND indisvalid
      AND indpred IS NULL AND indexprs IS NULL
      AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = indrelid
        AND attnum = ANY ((indkey::int2[])[0 : indnkeyatts - 1]) AND NOT attnotnull)
    ORDER BY indisprimary DESC, indnkeyatts, indexrelid
    LIMIT 1`)
  const key = found[0]?.columns ?? []
  return key.every((column) => columns.includes(column)) ? key : []
}

/** Any two numbers: a row without a key goes by two hashes of all of it. */
const seeds = [0, 0x5eed]

/**
 * SELECT of a line for each row: its key; a number, since a damaged table may have a key twice; and a hash
 * of each column. The same rows give the same lines in every database of a cluster.
 */
export function rowLines(
  { schema, name, columns }: TableFingerprint,
  key: readonly string[],
): string {
  const text = (names: readonly string[]) =>
    `ROW(${names.map((column) => `t.${identifier(column)}`).join(', ')})::text COLLATE "C"`
  const hash = (names: readonly string[], seed: number) =>
    `hashtextextended(${text(names)}, ${seed})`
  const line =
    key.length > 0 ? text(key) : seeds.map((seed) => hash(columns, seed)).join(` || ' ' || `)
  return `SELECT key, row_number() OVER (PARTITION BY key ORDER BY hashes) AS number, hashes
    FROM (SELECT (${line})::text COLLATE "C" AS key,
        ARRAY[${columns.map((column) => hash([column], 0)).join(', ')}]::bigint[] AS hashes
      FROM ONLY ${qualified(schema, name)} AS t) AS lines`
}
