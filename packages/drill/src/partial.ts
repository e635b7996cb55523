import type { Manifest } from '@recovery-playbook/archive'
import type { FilteredOut } from '@recovery-playbook/postgres'

/** For whoever may see the manifest alone. */
export const completeInWords = ({ tag, partial }: Pick<Manifest, 'tag' | 'partial'>): string =>
  `${tag} is published and complete.` +
  (partial === true ? ' It is partial: filters left something out of the dump.' : '')

/** A line for each filter, and for each thing that it left out; relations of a schema stand for it. */
export function filteredOutInWords({ filters, schemas, relations, rows }: FilteredOut): string[] {
  const byFilter = [
    ['schemas', filters.schemas],
    ['exclude-tables', filters.excludeTables],
    ['exclude-table-data', filters.excludeTableData],
  ] as const
  const used = byFilter.filter(([, patterns]) => patterns.length > 0)
  const inSchema = (name: string) => relations.filter(({ schema }) => schema === name).length
  return [
    ...used.map(([filter, patterns]) => `by the filter ${filter}: ${patterns.join(', ')}`),
    ...schemas.map((name) => `schema ${name}, everything in it: ${inSchema(name)} relations`),
    ...relations
      .filter(({ schema }) => !schemas.includes(schema))
      .map(({ kind, schema, name }) => `${kind} ${schema}.${name}`),
    ...rows.map(({ kind, schema, name }) => `what is in ${kind} ${schema}.${name}`),
  ]
}
