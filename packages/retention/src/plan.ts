import type { Candidate, Subject } from './candidate.ts'
import { impediment } from './impediment.ts'
import { keptByPolicy } from './keep-rules.ts'
import { neverRemoved } from './never-removed.ts'
import { type Ground, type Point, pointsOf } from './point.ts'
import { isEmpty, type Policy } from './policy.ts'

export interface Terms {
  readonly policy: Policy
  readonly subject: Subject
  /** The present by the server's clock, not by the runner's. */
  readonly now: Date
  /** So many may be removed in one run: what is wrong in a plan is then noticed before all is gone. */
  readonly atMost: number
}

export interface Decision {
  readonly candidate: Candidate
  readonly action: 'keep' | 'remove'
  /** In words; never empty. */
  readonly reasons: readonly string[]
}

export interface Plan {
  /** One for each candidate, the newest first. */
  readonly decisions: readonly Decision[]
  /** Why nothing at all is removed, where something is wrong with the whole. */
  readonly withheld: string | undefined
}

/**
 * Which recovery points of one database stay and which may go. The policy only ever adds to what stays
 * anyway: the newest, the newest proved of each scenario, what is pinned, what is not ours.
 *
 * @param candidates every published release, from a listing that was read to its end
 */
export function planRetention(candidates: readonly Candidate[], terms: Terms): Plan {
  const { policy, subject, now, atMost } = terms
  const points = pointsOf(candidates, subject)
  const counted = points.filter(({ barred }) => barred === undefined)
  const reasons = reasonsOf([...neverRemoved(points), ...keptByPolicy(counted, policy)])
  const withheld = impediment(candidates, subject, now)
  const unkept = points.filter((point) => !reasons.has(point)).reverse()
  const removable = new Set(unkept.slice(0, Math.max(0, atMost)))

  const decide = (point: Point): Omit<Decision, 'candidate'> => {
    const kept = reasons.get(point)
    if (kept !== undefined) return { action: 'keep', reasons: kept }
    if (isEmpty(policy)) return { action: 'keep', reasons: ['the policy is empty'] }
    if (withheld !== undefined) return { action: 'keep', reasons: ['nothing is removed this time'] }
    if (removable.has(point)) return { action: 'remove', reasons: ['no rule keeps it'] }
    return {
      action: 'keep',
      reasons: [`no rule keeps it, but one run removes at most ${atMost}, the oldest first`],
    }
  }
  const decisions = points.map((point) => ({ candidate: point.candidate, ...decide(point) }))
  return { decisions, withheld }
}

function reasonsOf(grounds: readonly Ground[]): Map<Point, string[]> {
  const reasons = new Map<Point, string[]>()
  for (const [point, reason] of grounds) reasons.set(point, [...(reasons.get(point) ?? []), reason])
  return reasons
}
