const hour = 3_600_000

/** Hours that divide a day. */
const intervals = [24, 12, 8, 6, 4, 3, 2, 1]

/**
 * Hours between exports, so that one that is late, or fails once, does not break the promise: at most half
 * of it. What no export can keep, such as nothing lost, gets two a day.
 *
 * @param dataLoss the promise in milliseconds
 */
export const exportInterval = (dataLoss: number): number =>
  dataLoss === 0 ? 12 : (intervals.find((hours) => 2 * hours * hour <= dataLoss) ?? 1)

/** Never at minute 0, when everybody's schedules start and GitHub's run late or not at all. */
export const exportCron = (interval: number): string => `47 ${hoursOf(interval)} * * *`

/**
 * So often that a look falls into the last fifth of the promised data loss, in which a watch rings; every
 * hour where that is shorter.
 */
export const watchCron = (dataLoss: number): string =>
  `17 ${hoursOf(intervals.find((hours) => 5 * hours * hour <= dataLoss) ?? 1)} * * *`

function hoursOf(interval: number): string {
  const first = 4 % interval
  const hours = Array.from({ length: 24 / interval }, (_, index) => first + index * interval)
  return interval === 1 ? '*' : hours.join(',')
}
