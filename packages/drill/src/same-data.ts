import type { Difference } from '@recovery-playbook/postgres'
import type { Figures } from './figures.ts'
import type { Check } from './verdict.ts'

/** Differences shown before the rest is only counted. */
const shown = 20

export function judgeSameData(differences: readonly Difference[], figures: Figures): Check {
  const failures = differences.filter(({ severity }) => severity === 'failure')
  if (failures.length === 0)
    return { name: 'same data', state: 'PROVED', detail: sameInWords(figures) }
  const lines = failures
    .slice(0, shown)
    .map(
      ({ object, aspect, expected, found }) =>
        `${object}: ${aspect}: expected ${expected}, found ${found}`,
    )
  if (failures.length > shown) lines.push(`and ${failures.length - shown} more`)
  return {
    name: 'same data',
    state: 'FAILED',
    detail: `What came back is not what was there:\n${lines.join('\n')}`,
    hint: 'Do not rely on this recovery point. Export a new one and drill that; if it differs too, report it with this table.',
  }
}

const sameInWords = ({ tables, rows }: Figures) =>
  `${tables} tables with ${rows} rows have the same content; so have sequences, large objects and schema.`
