import {
  isGenerated,
  type Row,
  type Table,
  tablesIn,
  withRowsFirst,
  withRowsLast,
} from '@recovery-playbook/document'
import { Failure } from '@recovery-playbook/failure'
import type { TagRow } from '@recovery-playbook/recovery-log'
import { code, command, escape, restoreCommand } from '@recovery-playbook/report'

/** More at once is no change that somebody reads. */
const most = 200

/** What a column holds, by the words of its header; the first that fits. */
const columns: readonly (readonly [RegExp, (row: TagRow) => string])[] = [
  [/\btags?\b/i, ({ tag }) => code(tag)],
  [/date|datum|when|wann/i, ({ taggedAt }) => taggedAt.slice(0, 10)],
  [/commit|\bsha\b|hash/i, ({ commit }) => code(commit.slice(0, 12))],
  [/restore|command|rollback|go back|befehl/i, ({ tag }) => command(restoreCommand(tag))],
  [
    /proof|proved|verified|drill|tested|geprüft/i,
    ({ lastProof }) => lastProof?.verdict ?? 'never drilled',
  ],
  [/protect|schützt/i, () => 'the code'],
  [
    /descri|why|purpose|what|before|reason|change|beschreibung|grund|anlass/i,
    ({ description }) => escape(description),
  ],
  [/\bby\b|\bwho\b|author|\bvon\b/i, () => 'Recovery Playbook'],
]

const tagColumn = /\btags?\b/i
const aboutTags = /tag|history|histor/i
const tagName = /\bbackup-[^\s`|[\]()<>]+/g

export interface Kept {
  readonly text: string
  /** The tags whose rows were added. */
  readonly added: readonly string[]
}

/**
 * A document with a row for each tag that its tag history table does not know yet; every other byte stays.
 * What somebody wrote by hand counts: a tag that stands anywhere in a row is known. Recovery points have
 * no rows there, since there is one a day and more.
 *
 * @param tags the oldest first
 * @throws Failure INPUT_INVALID where it has no such table
 */
export function withTags(text: string, tags: readonly TagRow[], path: string): Kept {
  const table = historyTable(text)
  if (table === undefined) throw noTable(path)
  const known = new Set(table.rows.flatMap(namesIn))
  const missing = tags
    .filter(({ tag, protects }) => protects.kind === 'code' && !known.has(tag))
    .slice(-most)
  if (missing.length === 0) return { text, added: [] }
  const grows = isOldestFirst(table)
  const rows = (grows ? missing : missing.toReversed()).map((row) => cellsOf(table, row))
  return {
    text: (grows ? withRowsLast : withRowsFirst)(text, table, rows),
    added: missing.map(({ tag }) => tag),
  }
}

/** With a column of tags; of several the one under a heading that says so. Generated ones are rendered anew. */
function historyTable(text: string): Table | undefined {
  const found = tablesIn(text).filter(
    ({ header, from }) =>
      header.cells.length > 1 &&
      header.cells.some((cell) => tagColumn.test(cell)) &&
      !isGenerated(text, from),
  )
  return found.find(({ sections }) => aboutTags.test(sections.at(-1) ?? '')) ?? found[0]
}

const namesIn = ({ cells, raw }: Row) => [...cells, ...raw].join(' ').match(tagName) ?? []

/** By its dates, wherever they stand in a row; without two different ones the newest comes first. */
function isOldestFirst({ rows }: Table): boolean {
  const dates = rows.flatMap(({ cells }) => /\d{4}-\d{2}-\d{2}/.exec(cells.join(' '))?.[0] ?? [])
  return (dates[0] ?? '') < (dates.at(-1) ?? '')
}

function cellsOf({ header }: Table, row: TagRow): string[] {
  const used = new Set<RegExp>()
  return header.cells.map((title) => {
    const column = columns.find(([words]) => !used.has(words) && words.test(title))
    if (column === undefined) return ''
    used.add(column[0])
    return column[1](row)
  })
}

const noTable = (path: string) =>
  new Failure('INPUT_INVALID', `${path} has no table of tags.`, {
    hint: 'Give it one, under a heading such as "Tag history": | Tag | Date | Description | and a line of |---|---|---| under it.',
  })
