import { type CalendarSpan, formatCalendarSpan, subtractSpan } from '@recovery-playbook/playbook'
import type { Ground, Point } from './point.ts'
import type { Policy } from './policy.ts'

interface Rule {
  readonly name: Exclude<keyof Policy, 'keep-within'>
  /** Of each period, the newest is kept. */
  readonly period: (snapshot: Date, rank: number) => string
}

const rules: readonly Rule[] = [
  { name: 'keep-last', period: (_, rank) => String(rank) },
  { name: 'keep-daily', period: (snapshot) => snapshot.toISOString().slice(0, 10) },
  { name: 'keep-weekly', period: isoWeek },
  { name: 'keep-monthly', period: (snapshot) => snapshot.toISOString().slice(0, 7) },
  { name: 'keep-yearly', period: (snapshot) => snapshot.toISOString().slice(0, 4) },
]

/**
 * What the policy keeps, as restic's documentation says ("Removing snapshots according to a policy").
 * One rule is enough; a recovery point that one rule keeps counts in the others too.
 *
 * @param counted the newest first
 */
export const keptByPolicy = (counted: readonly Point[], policy: Policy): Ground[] => [
  ...within(counted, policy['keep-within']),
  ...rules.flatMap((rule) => newestOfEach(counted, rule, policy[rule.name])),
]

function within(counted: readonly Point[], span: CalendarSpan | undefined): Ground[] {
  const [newest] = counted
  if (newest === undefined || span === undefined) return []
  const start = subtractSpan(new Date(newest.snapshotAt), span).getTime()
  return counted
    .filter(({ snapshotAt }) => snapshotAt > start)
    .map((point) => [point, `keep-within ${formatCalendarSpan(span)}`])
}

function newestOfEach(counted: readonly Point[], { name, period }: Rule, count: number): Ground[] {
  const asked = `${name} ${count === Infinity ? 'unlimited' : count}`
  const kept: Ground[] = []
  let before: string | undefined
  for (const [rank, point] of counted.entries()) {
    if (kept.length >= count) break
    const current = period(new Date(point.snapshotAt), rank)
    if (current !== before) {
      kept.push([point, name === 'keep-last' ? asked : `${asked}: the newest of ${current}`])
    } else if (rank === counted.length - 1) {
      // As long as the count is not used up, the oldest one makes the history reach further back.
      kept.push([point, `${asked}: the oldest`])
    }
    before = current
  }
  return kept
}

const day = 86_400_000

/** `2026-W01` is the week of the year's first Thursday (ISO 8601). */
function isoWeek(snapshot: Date): string {
  const weekday = (snapshot.getUTCDay() + 6) % 7
  const thursday = new Date(snapshot.getTime() + (3 - weekday) * day)
  const year = thursday.getUTCFullYear()
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / day / 7) + 1
  return `${year}-W${String(week).padStart(2, '0')}`
}
