/** The quarter of a date in UTC, such as `2026-Q4`. As text they sort by time. */
export const quarterOf = (date: Date): string =>
  `${date.getUTCFullYear()}-Q${Math.floor(date.getUTCMonth() / 3) + 1}`
