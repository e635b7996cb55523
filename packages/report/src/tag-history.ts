import type { TagRow } from '@recovery-playbook/recovery-log'
import { shortened } from './budget.ts'
import { code, command, escape, oneLine, table } from './markdown.ts'
import { restoreCommand } from './tag-summary.ts'

/**
 * The history of backup tags, as a page of the log branch.
 *
 * @param rows the newest first
 * @param repository the address of its page, for links to runs
 */
export const tagHistory = (rows: readonly TagRow[], repository: string): string =>
  [
    '# Backup tags\n\n',
    'Written by Recovery Playbook, the newest first; the data is in `tags.json`. A tag that was deleted since stands here still. What was done with them is in [REPORT.md](REPORT.md).\n\n',
    tagTable(rows, repository),
  ].join('')

export const tagTable = (rows: readonly TagRow[], repository: string): string =>
  table(
    ['tag', 'date', 'description', 'protects', 'last proof', 'to go back'],
    rows.map((row) => [
      code(row.tag),
      row.taggedAt.slice(0, 10),
      escape(oneLine(shortened(row.description, 200))),
      protects(row),
      proof(row, repository),
      command(restoreCommand(row.tag)),
    ]),
  )

function protects({ protects: what, commit }: TagRow): string {
  const short = code(commit.slice(0, 12))
  return what.kind === 'code'
    ? `the code at ${short}`
    : `the database ${code(what.database)} of ${what.snapshotAt.slice(0, 16).replace('T', ' ')} UTC, with the code at ${short}`
}

function proof({ lastProof }: TagRow, repository: string): string {
  if (lastProof === null) return 'never drilled'
  const { verdict, scenario, recordedAt, run } = lastProof
  return `${verdict} ${recordedAt.slice(0, 10)} (${scenario}, [run](${repository}/actions/runs/${run.id}))`
}
