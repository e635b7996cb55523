import type { Check, DrillReport, Figures, State } from '@recovery-playbook/drill'
import { formatDuration } from '@recovery-playbook/playbook'
import { formatBytes } from './bytes.ts'
import { code, escape, table } from './markdown.ts'

const words: Record<State, string> = {
  PROVED: 'the recovery point was restored and is the same data, inside the guarantees',
  FAILED: 'recovery does not hold what the playbook promises',
  'NOT PROVED': 'a check could not run, so nothing is proved',
  SKIPPED: 'nothing was changed, and nothing is proved: this was a dry run',
}

/** A verdict on a partial recovery point is none on the database. */
function inWords({ verdict, point, inWords: own }: DrillReport): string {
  if (own !== undefined) return own
  const isPartial = point?.manifest.partial === true && verdict === 'PROVED'
  return isPartial ? provedInPart : words[verdict]
}

const provedInPart =
  'the partial recovery point was restored and is the same data as what its filters left in, inside the guarantees'

/** The job summary of a drill, as GitHub renders it: the verdict first. */
export function drillSummary(report: DrillReport): string {
  const { verdict, checks, phases, point, figures } = report
  const hints = checks.flatMap(({ hint }) => (hint === undefined ? [] : [`- ${escape(hint)}\n`]))
  return [
    `## ${verdict}: ${inWords(report)}\n\n`,
    point === undefined ? '' : `Recovery point ${code(point.manifest.tag)}.\n\n`,
    hints.length === 0 ? '' : `### What to do now\n\n${hints.join('')}\n`,
    table(['check', 'state', 'what was found'], checks.map(checkRow)),
    '\n### Phases\n\n',
    table(
      ['phase', 'time'],
      phases.map(({ title, milliseconds }) => [title, formatDuration(milliseconds)]),
    ),
    figures === undefined ? '' : `\n### Figures\n\n${table(['figure', ''], figureRows(figures))}`,
  ].join('')
}

const checkRow = ({ name, state, detail }: Check) => [name, `**${state}**`, escape(detail)]

/** The same for a log: a line for each check, then the figures, then the verdict. */
export function drillLines(report: DrillReport): string[] {
  const { verdict, checks, figures } = report
  return [
    ...checks.flatMap(({ name, state, detail, hint }) => [
      `${state.padEnd(10)}  ${name.padEnd(14)}  ${detail.replaceAll('\n', `\n${' '.repeat(28)}`)}`,
      ...(hint === undefined ? [] : [`${' '.repeat(28)}${hint}`]),
    ]),
    ...(figures === undefined
      ? []
      : [
          figureRows(figures)
            .map((row) => row.join(' '))
            .join(', '),
        ]),
    `${verdict}: ${inWords(report)}`,
  ]
}

const figureRows = ({ tables, rows, dumpBytes, sealedBytes, parts }: Figures) => [
  ['tables', String(tables)],
  ['rows', String(rows)],
  // An archive that was made by hand has no parts.
  ...(parts === 0
    ? []
    : [
        ['dump', formatBytes(dumpBytes)],
        ['sealed', formatBytes(sealedBytes)],
        ['parts', String(parts)],
      ]),
]
