export {
  type CalendarSpan,
  formatCalendarSpan,
  parseCalendarSpan,
  subtractSpan,
} from './calendar-span.ts'
export { formatDuration, parseDuration } from './duration.ts'
export type { Guarantee } from './guarantee.ts'
