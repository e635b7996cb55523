import type { HistoryRow } from '@recovery-playbook/recovery-log'

/**
 * Tags of the recovery points whose restore was drilled, whatever a drill found; the newest first. On the
 * first hang the guard, and whether the next drill is due. The history is asked, and not one release after
 * the other: with two exports a day and a drill a week, most have no record. Which is newer GitHub says, by
 * the time of publication: a database server's clock that was a year ahead once would else decide for a year.
 *
 * @param rows the history of the database
 * @param published the newest first
 */
export function drilledPoints(
  rows: readonly HistoryRow[],
  published: readonly { readonly tag: string }[],
): string[] {
  const drilled = new Set(
    rows.flatMap((row) =>
      row.kind === 'drill' && row.scenario === 'database-restore' ? [row.recoveryPoint] : [],
    ),
  )
  return published.map(({ tag }) => tag).filter((tag) => drilled.has(tag))
}
