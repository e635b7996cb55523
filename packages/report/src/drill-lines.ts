import type { DrillReport } from '@recovery-playbook/drill'
import { ending } from './budget.ts'
import { figureRows } from './figure-rows.ts'
import { inWords } from './verdict-words.ts'

/** Of what a command printed that found nothing wrong, the log shows so much; the report has more. */
const mostLines = 5

const margin = ' '.repeat(28)
const indented = (text: string) => text.replaceAll('\n', `\n${margin}`)

/** A drill for a log: a line for each check, then the figures, then the verdict. */
export function drillLines(report: DrillReport): string[] {
  const { verdict, checks, figures } = report
  return [
    ...checks.flatMap(({ name, state, detail, hint, output }) => [
      `${state.padEnd(10)}  ${name.padEnd(14)}  ${indented(detail)}`,
      ...(output === undefined ? [] : [margin + indented(ending(output, mostLines))]),
      ...(hint === undefined ? [] : [margin + hint]),
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
