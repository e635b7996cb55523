import type { ForeignDump, Identified } from '@recovery-playbook/archive'
import type { Fingerprint, ForeignKey } from '@recovery-playbook/postgres'
import type { Check } from '../verdict.ts'
import type { Origin } from './dumped.ts'
import type { Restored } from './restore-dump.ts'

export const foundInWords = (name: string, { kind, bytes, sha256 }: Identified) =>
  `${name}: ${kind}, ${bytes} bytes, SHA-256 ${sha256}.`

const formats = {
  text: 'an SQL text',
  custom: 'pg_dump’s custom format',
  tar: 'pg_dump’s tar format',
  directory: 'pg_dump’s directory format',
} as const

export function openedInWords({ format, layers }: ForeignDump): string {
  const out = layers.length === 0 ? '' : `, out of ${layers.join(', ')}`
  const authentic = layers.some((layer) => layer.startsWith('OpenPGP'))
    ? ' What was encrypted is whole and unaltered.'
    : ''
  return `It is ${formats[format]}${out}.${authentic}`
}

export function restoredInWords({ by, prepared, passedOver }: Restored): string {
  const skipped = passedOver.length === 0 ? '' : ` Passed over: ${passedOver.join(', ')}.`
  return `by ${by} without an error. Prepared by the drill: ${prepared.join(', ') || 'nothing'}.${skipped}`
}

/** What can be said of a database without knowing what it was. */
export function judgeConsistent(
  { tables, unseen: { invalidIndexes, unvalidatedConstraints } }: Fingerprint,
  foreignKeys: readonly ForeignKey[],
): Check {
  const rows = tables.reduce((sum, table) => sum + BigInt(table.rows), 0n)
  const counted = foreignKeys.filter(({ orphans }) => orphans !== undefined)
  const orphaned = counted.filter(({ orphans }) => orphans !== '0')
  const uncounted = foreignKeys.length - counted.length
  const wrong = [
    ...invalidIndexes.map((index) => `the index ${index} is not valid`),
    ...orphaned.filter(({ validated }) => validated).map(orphansInWords),
  ]
  const notes = [
    ...unvalidatedConstraints.map((one) => `${one} is NOT VALID, as the dump says`),
    ...orphaned.filter(({ validated }) => !validated).map(orphansInWords),
    ...(uncounted === 0 ? [] : [`${uncounted} foreign keys could not be counted again`]),
  ]
  const read = `${tables.length} tables with ${rows} rows could be read to their end`
  if (wrong.length > 0) {
    return {
      name: 'consistent',
      state: 'FAILED',
      detail: `${read}; but ${wrong.join('; ')}`,
      hint: 'The dump contradicts itself. Look for another copy, and look at the database that it was made of.',
    }
  }
  const held = `every index is valid, ${counted.length - orphaned.length} foreign keys were counted again and hold`
  return {
    name: 'consistent',
    state: 'PROVED',
    detail: `${[read, held, ...notes].join('; ')}.`,
  }
}

const orphansInWords = ({ table, name, orphans }: ForeignKey) =>
  `${orphans ?? 'some'} rows of ${table} point at nothing (${name})`

/** Whatever came back: nobody wrote down what was there. */
export const unprovable = ({ madeAt, version }: Origin): Check[] => [
  {
    name: 'same data',
    state: 'NOT PROVED',
    detail:
      'The archive was made without a fingerprint: nobody can say whether this is what was there.',
    hint: 'Export recovery points with `pg-export-release`: they carry a fingerprint of the same snapshot, and a drill can then be PROVED.',
  },
  {
    name: 'data loss',
    state: 'NOT PROVED',
    detail: 'An archive alone does not say what was made before it.',
  },
  {
    name: 'age',
    state: 'NOT PROVED',
    detail:
      madeAt === undefined
        ? `The dump does not say when it was made. It is of PostgreSQL ${version}.`
        : `By its own header it was made at ${madeAt}, by the clock of the machine that made it; nobody vouches for that. It is of PostgreSQL ${version}.`,
  },
]

export function judgeLeftOut({ leftOut, warnings }: Restored): Check {
  const lines = [...leftOut, ...warnings]
  return lines.length === 0
    ? { name: 'left out', state: 'PROVED', detail: 'nothing' }
    : {
        name: 'left out',
        state: 'SKIPPED',
        detail: `Not restored, and not proved:\n${lines.slice(0, 20).join('\n')}${lines.length > 20 ? `\nand ${lines.length - 20} more` : ''}`,
      }
}
