import { Cron } from 'croner'

const day = 86_400_000

/** A year shows every day of every month; more runs than these are too frequent for a gap to matter. */
const horizon = 400 * day
const mostRuns = 5000

/**
 * The longest time between two of these schedules' runs in the year to come.
 *
 * @param crons as GitHub reads them, in UTC
 * @returns milliseconds; undefined where there are no two runs, or one cannot be read
 */
export function longestGap(crons: readonly string[], now: Date): number | undefined {
  const runs = crons.map((cron) => runsOf(cron, now))
  if (runs.includes(undefined)) return undefined
  // As far as all of them are known.
  const until = Math.min(
    ...runs.map((one) => (one?.length === mostRuns ? (one.at(-1) ?? 0) : Infinity)),
  )
  const all = [...new Set(runs.flatMap((one) => one ?? []))]
    .filter((run) => run <= until)
    .toSorted((a, b) => a - b)
  const gaps = all.slice(1).map((run, index) => run - (all[index] ?? run))
  return gaps.length === 0 ? undefined : gaps.reduce((longest, gap) => Math.max(longest, gap), 0)
}

function runsOf(cron: string, now: Date): number[] | undefined {
  const runs: number[] = []
  try {
    const schedule = new Cron(cron, { timezone: 'UTC', mode: '5-part' })
    let next = schedule.nextRun(now)
    while (next !== null && next.getTime() <= now.getTime() + horizon && runs.length < mostRuns) {
      runs.push(next.getTime())
      next = schedule.nextRun(next)
    }
  } catch {
    return undefined
  }
  return runs
}
