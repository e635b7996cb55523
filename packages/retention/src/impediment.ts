import type { Candidate, Subject } from './candidate.ts'
import { clockSkew, isOf } from './point.ts'

/** Why nothing may be removed in this run, where something about the whole cannot be right. */
export function impediment(
  candidates: readonly Candidate[],
  subject: Subject,
  now: Date,
): string | undefined {
  if (Number.isNaN(now.getTime())) return 'what time it is could not be found out'
  return listedTwice(candidates) ?? inTheFuture(candidates, subject, now)
}

/** A listing in pages that changes meanwhile shows one release twice, and may lack another. */
function listedTwice(candidates: readonly Candidate[]): string | undefined {
  const tags = candidates.map(({ tag }) => tag).sort()
  const twice = tags.find((tag, index) => tag === tags[index + 1])
  return twice && `the list of releases names ${twice} twice: it changed while it was read`
}

/** Either this run's clock is slow, or the one that the latest time comes from is fast. */
function inTheFuture(
  candidates: readonly Candidate[],
  subject: Subject,
  now: Date,
): string | undefined {
  const times = candidates
    .flatMap((candidate) => timesOf(candidate, subject))
    .filter(({ at }) => at > now.getTime() + clockSkew)
    .sort((a, b) => b.at - a.at || (a.what < b.what ? -1 : 1))
  return times[0] && `${times[0].what}, and now is ${now.toISOString()}: a clock is wrong`
}

/** Another database's clock is of no matter here; GitHub's is. */
const timesOf = (candidate: Candidate, subject: Subject) => {
  const { tag, publishedAt, manifest } = candidate
  const published = { what: `${tag} was published at ${publishedAt}`, at: Date.parse(publishedAt) }
  if (manifest === undefined || !isOf(subject, candidate)) return [published]
  const { snapshotAt } = manifest
  return [
    published,
    { what: `the snapshot of ${tag} is of ${snapshotAt}`, at: Date.parse(snapshotAt) },
  ]
}
