import { Failure, messageOf } from '@recovery-playbook/failure'
import type { Fingerprint } from '@recovery-playbook/postgres'
import type { Proved } from './last-proved.ts'
import type { Check } from './verdict.ts'

/** Rows that a table must have had: what is smaller comes and goes. */
const least = 100n

/** Tables shown before the rest is only counted. */
const shown = 20

/**
 * The data is the same as in the snapshot: whether the source had lost it by then, only its history tells.
 * A silent mass deletion that ages out of retention is what backups are lost to.
 *
 * @param earlier what the last proved recovery point held, that there is none, or why it is not known
 * @param maxShrink percent of its rows that a table may have lost
 */
export function judgeVolume(
  fingerprint: Fingerprint,
  earlier: Proved | typeof noneProved | NotOpened,
  maxShrink: number,
): Check {
  const name = 'volume'
  if (earlier === noneProved) return { name, state: 'SKIPPED', detail: earlier }
  if ('because' in earlier) {
    return { name, state: 'NOT PROVED', detail: earlier.because, hint: earlier.hint }
  }
  const now = volumes(fingerprint)
  const leftOut = namesLeftOut(fingerprint)
  const judged = [...volumes(earlier.fingerprint)].filter(
    ([table, rows]) => rows >= least && !leftOut(table),
  )
  const shrunk = judged.flatMap(([table, before]) => {
    const after = now.get(table)
    const lost = before - (after ?? 0n)
    if (lost * 100n <= before * BigInt(maxShrink)) return []
    return [`table ${table}: expected about ${before} rows, found ${after ?? 'no table'}`]
  })
  if (shrunk.length === 0) {
    const detail = `None of ${judged.length} tables lost more than ${maxShrink}% of its rows since ${earlier.tag}, the last that was proved.`
    return { name, state: 'PROVED', detail }
  }
  const more = shrunk.length > shown ? [`and ${shrunk.length - shown} more`] : []
  return {
    name,
    state: 'FAILED',
    detail: `More than ${maxShrink}% of the rows are gone since ${earlier.tag}, the last that was proved:\n${[...shrunk.slice(0, shown), ...more].join('\n')}`,
    hint: `If they were deleted on purpose, drill once with \`max-shrink: 100\`; then this recovery point is what the next is measured by. If not, keep ${earlier.tag} and restore from it.`,
  }
}

/** Why there is nothing to compare with. */
export const noneProved =
  'No earlier recovery point has a record of a drill that proved it: there is nothing yet to compare with.'

interface NotOpened {
  readonly because: string
  readonly hint: string
}

/** A deletion may hide behind it: that is not green. */
export const notOpened = (error: unknown): NotOpened => ({
  because: `The last proved recovery point could not be looked at: ${messageOf(error)}`,
  hint:
    error instanceof Failure
      ? error.hint
      : 'Start the drill again; if it stays, report it as a bug with this message.',
})

/** Rows by table; partitions come and go, so a partitioned table counts as one. */
function volumes({ tables, schema }: Fingerprint): Map<string, bigint> {
  const parents = parentsOf(schema)
  const sums = new Map<string, bigint>()
  for (const { schema: place, name, kind, rows } of tables) {
    if (kind !== 'table') continue
    let table = `${place}.${name}`
    for (let parent = parents.get(table); parent !== undefined; parent = parents.get(table)) {
      table = parent
    }
    sums.set(table, (sums.get(table) ?? 0n) + BigInt(rows))
  }
  return sums
}

const identifier = '(?:"(?:[^"]|"")+"|[\\w$]+)'
const relation = `(${identifier})\\.(${identifier})`
const attachment = new RegExp(`^ALTER TABLE ONLY ${relation} ATTACH PARTITION ${relation} `, 'gm')

/** By what pg_dump writes; partitions of partitions have a parent that has one. */
function parentsOf(schema: string): Map<string, string> {
  const bare = (name = '') =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
  return new Map(
    [...schema.matchAll(attachment)].map(([, schemaOf, parent, place, child]) => [
      `${bare(place)}.${bare(child)}`,
      `${bare(schemaOf)}.${bare(parent)}`,
    ]),
  )
}

/** What filters kept out of this recovery point is not gone. */
function namesLeftOut({ leftOut }: Fingerprint): (table: string) => boolean {
  const names = new Set(
    [...(leftOut?.relations ?? []), ...(leftOut?.rows ?? [])].map(
      ({ schema, name }) => `${schema}.${name}`,
    ),
  )
  const prefixes = (leftOut?.schemas ?? []).map((schema) => `${schema}.`)
  return (table) => names.has(table) || prefixes.some((prefix) => table.startsWith(prefix))
}
