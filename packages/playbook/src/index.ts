export { formatDuration, parseDuration } from './duration.ts'
export type { Guarantee } from './guarantee.ts'
