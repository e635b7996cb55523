import type { CheckedIndexes } from '@recovery-playbook/postgres'
import type { Check } from './verdict.ts'

const name = 'indexes'

/** Indexes shown before the rest is only counted. */
const shown = 20

/** @param checked what was found, or why nothing could be looked at */
export function judgeIndexes(checked: CheckedIndexes | string): Check {
  if (typeof checked === 'string') return { name, state: 'SKIPPED', detail: checked }
  const { corrupt, unchecked, others } = checked
  if (corrupt.length > 0) {
    return {
      name,
      state: 'FAILED',
      detail: `Queries that use these indexes miss rows:\n${listed(corrupt)}`,
      hint: 'The rows themselves came back. Mostly an index calls a function that is declared IMMUTABLE and is not: mend it in the source database, REINDEX there, and export again. Where no function is in it, drill on another machine.',
    }
  }
  if (unchecked.length > 0) {
    return {
      name,
      state: 'NOT PROVED',
      detail: `These indexes could not be looked into:\n${listed(unchecked)}`,
      hint: 'Run the drill again; if it stays, look into the function that the index calls.',
    }
  }
  const rest = others === 0 ? '' : ` ${others} of other kinds cannot be looked into.`
  return {
    name,
    state: 'PROVED',
    detail: `amcheck found ${checked.checked} B-tree indexes in order.${rest}`,
  }
}

function listed(troubles: CheckedIndexes['corrupt']): string {
  const lines = troubles.slice(0, shown).map(({ index, message }) => `index ${index}: ${message}`)
  const rest = troubles.length - lines.length
  return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n')
}
