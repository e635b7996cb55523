import { Failure } from '@recovery-playbook/failure'

/** What a dump is restricted to: patterns as pg_dump's own options take them. Empty for everything. */
export interface Filters {
  /** Only the schemas that match one of these (`--schema`). */
  readonly schemas: readonly string[]
  /** Neither definition nor rows of the relations that match (`--exclude-table`). */
  readonly excludeTables: readonly string[]
  /** The definition, but not the rows, of the relations that match (`--exclude-table-data`). */
  readonly excludeTableData: readonly string[]
}

/** What filters left out of a dump, resolved against the database in the dump's own snapshot. */
export interface FilteredOut {
  readonly filters: Filters
  /** With everything in them: functions and types too. */
  readonly schemas: readonly string[]
  /** Definition and rows; those in the schemas above as well. */
  readonly relations: readonly LeftOutRelation[]
  /** The rows alone: of a sequence its value, of a materialized view that it is refreshed. */
  readonly rows: readonly LeftOutRelation[]
}

export interface LeftOutRelation {
  readonly schema: string
  readonly name: string
  /** 'table', 'partitioned table', 'view', 'materialized view', 'sequence', 'foreign table' */
  readonly kind: string
}

export const leavesOutNothing = (filters: Filters): boolean =>
  Object.values(filters).every((patterns: readonly string[]) => patterns.length === 0)

/**
 * Patterns, one per line or separated by commas. Inside of double quotes, which stay for pg_dump to read,
 * both belong to the name; blanks inside of a pattern always do.
 *
 * @throws Failure INPUT_INVALID for a quote that is not closed
 * @param input which input of the action this is
 */
export function parsePatterns(text: string, input: string): string[] {
  const pieces: readonly string[] = text.match(/(?:"[^"]*"|[^",\n])+|"/g) ?? []
  if (pieces.includes('"')) {
    throw new Failure('INPUT_INVALID', `A double quote in '${input}' is not closed.`, {
      hint: 'Write a name with capitals, blanks or dots as "My Table", and a double quote in it twice.',
    })
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
}
