import type { Manifest } from '@recovery-playbook/archive'
import type { Figures, Phase } from '@recovery-playbook/drill'
import type { Failure } from '@recovery-playbook/failure'
import { formatDuration } from '@recovery-playbook/playbook'
import type { Outcome, Plan } from '@recovery-playbook/retention'
import { formatBytes } from './bytes.ts'
import { code, escape, table } from './markdown.ts'
import { retentionSummary } from './retention-table.ts'
import { openedWith } from './release-notes.ts'

interface Exported {
  readonly content: Omit<Manifest, 'format'>
  readonly figures: Figures
  /** What filters left out of the dump, in lines; empty when it is of the whole database. */
  readonly filteredOut: readonly string[]
  readonly url: string
  readonly phases: readonly Phase[]
  /** What a dump of this database does not hold by its nature. */
  readonly leftOut: readonly string[]
  /** Mirrors that have no whole copy. */
  readonly failures: readonly Failure[]
  /** What retention did in each store. */
  readonly pruned: readonly {
    readonly place: string
    readonly plan: Plan
    readonly outcome: Outcome
  }[]
}

/** The job summary of an export. It says what was stored, and that nothing is proved by that alone. */
export function exportSummary(exported: Exported): string {
  const { content, figures, url, phases, filteredOut, leftOut, failures, pruned } = exported
  return [
    `## Recovery point [${code(content.tag)}](${url})\n\n`,
    'Stored, downloaded again and opened. Whether it comes back is what `verify-restore` shows.\n\n',
    ...failures.map(({ message, hint }) => `**${escape(message)}** ${escape(hint)}\n\n`),
    table(
      ['figure', ''],
      [
        ['snapshot', content.snapshotAt],
        ['commit', `\`${content.commit}\``],
        ['database', escape(content.database)],
        ['PostgreSQL', escape(content.postgres.server)],
        ['tables', String(figures.tables)],
        ['rows', String(figures.rows)],
        ['dump', formatBytes(figures.dumpBytes)],
        ['sealed', `${formatBytes(figures.sealedBytes)} in ${figures.parts} parts`],
        ['opens with', openedWith(content.sealedFor)],
        [
          'recovery point before',
          content.previous === null ? 'none: this is the first' : code(content.previous.tag),
        ],
      ],
    ),
    '\nDo you still hold what opens it? Once a quarter, download `key-check.gpg` from the release and try:\n\n',
    '```bash\ngpg --decrypt key-check.gpg\n```\n',
    leftOut.length === 0 ? '' : '\n### Not in the dump\n\n',
    ...leftOut.map((one) => `- ${escape(one)}\n`),
    filteredOut.length === 0 ? '' : partialInWords(filteredOut),
    '\n### Phases\n\n',
    table(
      ['phase', 'time'],
      phases.map(({ title, milliseconds }) => [title, formatDuration(milliseconds)]),
    ),
    ...pruned.map(
      ({ place, plan, outcome }) => `\n${escape(place)}\n\n${retentionSummary(plan, outcome)}`,
    ),
  ].join('')
}

const partialInWords = (lines: readonly string[]) =>
  `\n### Partial: left out\n\n${lines.map((line) => `- ${escape(line)}\n`).join('')}`
