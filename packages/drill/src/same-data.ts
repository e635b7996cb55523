import type { Difference, FilteredOut } from '@recovery-playbook/postgres'
import type { Figures } from './figures.ts'
import { filteredOutInWords } from './partial.ts'
import type { Check } from './verdict.ts'

/** Differences shown before the rest is only counted. */
const shown = 20

/** @param rows what a second restore told of the rows of a table, by object */
export function judgeSameData(
  differences: readonly Difference[],
  figures: Figures,
  leftOut?: FilteredOut,
  rows: ReadonlyMap<string, string> = new Map(),
): Check {
  const failures = differences.filter(({ severity }) => severity === 'failure')
  if (failures.length === 0) {
    const extent = leftOut === undefined ? '' : 'Of what the filters left in, and of that alone: '
    return { name: 'same data', state: 'PROVED', detail: extent + sameInWords(figures) }
  }
  const lines = failures.slice(0, shown).map((difference) => {
    const told = rows.get(difference.object)
    return told === undefined ? inWords(difference) : `${inWords(difference)}\n  ${told}`
  })
  if (failures.length > shown) lines.push(`and ${failures.length - shown} more`)
  return {
    name: 'same data',
    state: 'FAILED',
    detail: `What came back is not what was there:\n${lines.join('\n')}`,
    hint: 'Do not rely on this recovery point. Export a new one and drill that; if it differs too, report it with this table.',
  }
}

/**
 * What no drill of ours restores or can promise, so that nobody takes it for proved: what only a
 * superuser can make, what PostgreSQL makes anew, and what filters kept out of the dump.
 *
 * @param warnings of the restore
 */
export function judgeLeftOut(
  differences: readonly Difference[],
  warnings: readonly string[],
  leftOut?: FilteredOut,
): Check {
  const unproved = differences
    .filter(({ severity }) => severity === 'warning')
    .map(inWords)
    .concat(warnings)
  const filtered = leftOut === undefined ? [] : filteredOutInWords(leftOut)
  const lines = [...filtered.map((line) => `never dumped, ${line}`), ...unproved]
  if (lines.length === 0) return { name: 'left out', state: 'PROVED', detail: 'nothing' }
  const rest = lines.length - shown
  const named = leftOut === undefined ? '' : '; all that filters left out is in fingerprint.json'
  const more = rest > 0 ? [`and ${rest} more${named}`] : []
  return {
    name: 'left out',
    state: 'SKIPPED',
    detail: `Not restored or not the same, and not proved:\n${[...lines.slice(0, shown), ...more].join('\n')}`,
  }
}

const inWords = ({ object, aspect, expected, found }: Difference) =>
  `${object}: ${aspect}: expected ${expected}, found ${found}`

const sameInWords = ({ tables, rows }: Figures) =>
  `${tables} tables with ${rows} rows have the same content; so have sequences, large objects and schema.`
