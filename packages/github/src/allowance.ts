const minute = 60_000

/**
 * GitHub takes 80 content-creating requests a minute and 500 an hour from one token:
 * docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api. GitHub counts when they arrive,
 * we when they leave: 5 seconds are for the way.
 */
const limits = [
  { requests: 80, within: minute + 5000 },
  { requests: 500, within: 60 * minute + 5000 },
] as const

/** When a token may next be asked to create something. */
export interface Allowance {
  /** Takes the next free place; returns the milliseconds until then. */
  reserve(): number
}

/** Exact for any stretch of time, not only from one full minute to the next. */
export function creationAllowance(now: () => number): Allowance {
  let places: number[] = []
  return {
    reserve() {
      const free = limits.map(({ requests, within }) => {
        const first = places.at(-requests)
        return first === undefined ? 0 : first + within
      })
      const place = Math.max(now(), places.at(-1) ?? 0, ...free)
      places = [...places, place].slice(-500)
      return place - now()
    },
  }
}
