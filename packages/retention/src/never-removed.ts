import type { Ground, Point } from './point.ts'

/** What stays whatever the policy says, of all candidates; the clock of this run has no say in it. */
export function neverRemoved(points: readonly Point[]): Ground[] {
  const counted = points.filter(({ barred }) => barred === undefined)
  return [
    ...points.flatMap((point) => grounds(point.barred, point)),
    ...grounds('the newest', counted[0]),
    ...publishedLast(counted),
    ...newestProved(counted),
    ...points
      .filter(({ candidate }) => candidate.pinned)
      .map((point): Ground => [point, 'pinned: its title says KEEP']),
    ...counted
      .filter(({ candidate }) => candidate.provedIn === undefined)
      .map((point): Ground => [point, 'it may be the only proved one: that could not be read']),
  ]
}

const grounds = (reason: string | undefined, point: Point | undefined): Ground[] =>
  reason === undefined || point === undefined ? [] : [[point, reason]]

/** A drill takes what was published last. Where clocks differ, that is not the newest snapshot. */
function publishedLast(counted: readonly Point[]): Ground[] {
  const latest = Math.max(...counted.map(({ publishedAt }) => publishedAt))
  return counted
    .slice(1)
    .filter(({ publishedAt }) => publishedAt === latest)
    .map((point) => [point, 'published last'])
}

/** Of each scenario: where it is inside the guarantee, the guarantee hangs on it; where not, it is the best there is. */
function newestProved(counted: readonly Point[]): Ground[] {
  const seen = new Set<string>()
  return counted.flatMap((point) =>
    [...new Set(point.candidate.provedIn ?? [])]
      .filter((scenario) => !seen.has(scenario) && seen.add(scenario))
      .map((scenario): Ground => [point, `the newest proved in ${scenario}`]),
  )
}
