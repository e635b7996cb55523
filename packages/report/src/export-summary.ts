import type { Manifest } from '@recovery-playbook/archive'
import type { Figures, Phase } from '@recovery-playbook/drill'
import { formatDuration } from '@recovery-playbook/playbook'
import { formatBytes } from './bytes.ts'
import { code, escape, table } from './markdown.ts'

interface Exported {
  readonly content: Omit<Manifest, 'format'>
  readonly figures: Figures
  readonly url: string
  readonly phases: readonly Phase[]
}

/** The job summary of an export. It says what was stored, and that nothing is proved by that alone. */
export function exportSummary({ content, figures, url, phases }: Exported): string {
  return [
    `## Recovery point [${code(content.tag)}](${url})\n\n`,
    'Stored and compared digest by digest. Whether it comes back is what `verify-restore` shows.\n\n',
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
        [
          'recovery point before',
          content.previous === null ? 'none: this is the first' : code(content.previous.tag),
        ],
      ],
    ),
    '\n### Phases\n\n',
    table(
      ['phase', 'time'],
      phases.map(({ title, milliseconds }) => [title, formatDuration(milliseconds)]),
    ),
  ].join('')
}
