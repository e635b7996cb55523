import type { Check, DrillReport } from '@recovery-playbook/drill'
import { formatDuration } from '@recovery-playbook/playbook'
import { table } from './markdown.ts'

/** What was promised beside what was measured, and whether it holds. */
export function promisesTable({ guarantee, measured, checks }: DrillReport): string {
  const { recoveryTime, dataLoss, age, worstGap } = measured
  const row = (check: string, words: string, promised: number, figure: number | undefined) => [
    words,
    formatDuration(promised),
    figure === undefined ? 'not measured' : `**${formatDuration(Math.max(figure, 0))}**`,
    outcome(
      checks.find(({ name }) => name === check),
      (figure ?? 0) - promised,
    ),
  ]
  return table(
    ['', 'promised', 'measured', 'promise'],
    [
      row(
        'recovery time',
        'recovery time: until all is back',
        guarantee.recoveryTime,
        recoveryTime,
      ),
      row(
        'data loss',
        'data loss: of a disaster just before this backup',
        guarantee.dataLoss,
        dataLoss,
      ),
      row('age', 'age: what a disaster now would lose', guarantee.dataLoss, age),
      ...(worstGap === undefined
        ? []
        : [
            [
              'longest time between backups in 90 days',
              '',
              `**${formatDuration(worstGap)}**`,
              'none',
            ],
          ]),
    ],
  )
}

/**
 * A guarantee without a check of its own was not judged.
 *
 * @param over milliseconds above what was promised
 */
function outcome(check: Check | undefined, over: number): string {
  switch (check?.state) {
    case 'PROVED':
      return 'kept'
    case 'FAILED':
      return over > 0 ? `**broken by ${formatDuration(over)}**` : '**broken**'
    case 'NOT PROVED':
      return '**not proved**'
    default:
      return 'not judged'
  }
}

/** How recovery times go; empty without earlier ones. Milliseconds, the oldest first. */
export function trendLine(earlier: readonly number[], now: number | undefined): string {
  if (earlier.length === 0) return ''
  const times = earlier.map(formatDuration)
  const last = now === undefined ? [] : [`now **${formatDuration(now)}**`]
  return `\nRecovery times of the last drills: ${[...times, ...last].join(' → ')}.\n`
}
