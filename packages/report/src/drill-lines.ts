import type { DrillReport } from '@recovery-playbook/drill'
import { figureRows } from './figure-rows.ts'
import { inWords } from './verdict-words.ts'

/** A drill for a log: a line for each check, then the figures, then the verdict. */
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
