import { Failure } from '@recovery-playbook/failure'

/** Years and months have no fixed length: a span is counted on the calendar, from an instant. */
export interface CalendarSpan {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

const written = /^(?:(\d{1,5})y)?\s*(?:(\d{1,5})m)?\s*(?:(\d{1,5})d)?\s*(?:(\d{1,5})h)?$/

/**
 * A span as restic writes it: `30d`, `1y6m`, `2y5m7d3h`. Here `m` is months, where a duration's `m`
 * is minutes.
 *
 * @param name the input that it comes from, for the message
 * @throws Failure INPUT_INVALID
 */
export function parseCalendarSpan(text: string, name: string): CalendarSpan {
  const [years = 0, months = 0, days = 0, hours = 0] = (written.exec(text.trim()) ?? [])
    .slice(1)
    .map((count: string | undefined) => Number(count ?? 0))
  if (years + months + days + hours > 0) return { years, months, days, hours }
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is not a span of time.`, {
    hint: 'Write years, months, days and hours in this order: 30d, 6m, 1y6m. For two weeks write 14d.',
  })
}

export const formatCalendarSpan = ({ years, months, days, hours }: CalendarSpan): string =>
  Object.entries({ y: years, m: months, d: days, h: hours })
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count}${unit}`)
    .join('')

/**
 * The instant so long before another, in UTC. A day that its month lacks runs over into the next, as
 * in restic: a month before 31 March is 3 March, or 2 March in a leap year.
 */
export function subtractSpan(from: Date, { years, months, days, hours }: CalendarSpan): Date {
  const instant = new Date(from)
  instant.setUTCFullYear(
    from.getUTCFullYear() - years,
    from.getUTCMonth() - months,
    from.getUTCDate() - days,
  )
  instant.setUTCHours(instant.getUTCHours() - hours)
  return instant
}
