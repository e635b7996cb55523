import type { Scenario } from '@recovery-playbook/playbook'
import type { HistoryRow } from './history.ts'

const day = 86_400_000

/** Milliseconds: figures go so far back. */
const window = 90 * day

/**
 * The longest time between two snapshots, in milliseconds, of the gaps that ended in the last 90 days:
 * what a disaster at the worst moment would have cost. Undefined where fewer than two are known. That a
 * recovery point was removed since widens no gap: its row stays.
 */
export function worstGap(
  rows: readonly Pick<HistoryRow, 'snapshotAt'>[],
  now: Date,
): number | undefined {
  const known = rows.map(({ snapshotAt }) => Date.parse(snapshotAt))
  const taken = [...new Set(known)].filter((time) => time <= now.getTime()).sort((a, b) => a - b)
  const gaps = taken.flatMap((time, index) => {
    const before = taken[index - 1]
    return before === undefined || time < now.getTime() - window ? [] : [time - before]
  })
  return gaps.length === 0 ? undefined : Math.max(...gaps)
}

/** Milliseconds that the last five drills of a scenario took to recover, the oldest first. */
export const lastRecoveryTimes = (rows: readonly HistoryRow[], scenario: Scenario): number[] =>
  rows
    .flatMap((row) =>
      row.kind === 'drill' && row.scenario === scenario && row.recoverySeconds !== null
        ? [row.recoverySeconds * 1000]
        : [],
    )
    .slice(-5)
