import type { Candidate, Policy } from '../src/index.ts'
import { made, subject } from './candidates.ts'
import { randomFrom } from './random.ts'

type Written = Partial<Record<keyof Policy, string>>

export interface History {
  readonly seed: number
  readonly candidates: readonly Candidate[]
  readonly policy: Written
  /** The same policy with one rule made longer. */
  readonly longer: Written
  readonly shuffled: readonly Candidate[]
}

const scenarios = ['database-restore', 'code-rollback', 'catastrophe']
const hour = 3_600_000

/** Exports at any time over days or years, drills, pins, and releases of others in between. */
export function anyHistory(seed: number): History {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const oneOf = <T>(things: readonly T[]): T => things[below(things.length)] as T
  const chance = (probability: number) => random() < probability

  const spread = oneOf([48, 1000, 9000, 40_000]) * hour
  const anyCandidate = (index: number): Candidate => {
    const snapshotAt = new Date(Date.UTC(2026, 10, 24) - below(spread)).toISOString()
    const anyone = { ...subject, snapshotAt }
    return made(snapshotAt, {
      tag: `backup-${index}`,
      manifest: oneOf([anyone, anyone, anyone, { ...anyone, database: 'other' }, undefined]),
      provedIn: chance(0.02) ? undefined : scenarios.filter(() => chance(0.15)),
      pinned: chance(0.03),
      ...(chance(0.03) ? { publishedAt: '2026-11-24T00:00:00Z' } : {}),
    })
  }
  const candidates = Array.from({ length: below(60) }, (_, index) => anyCandidate(index))

  const counts = ['keep-last', 'keep-daily', 'keep-weekly', 'keep-monthly', 'keep-yearly'] as const
  const policy: Written = { 'keep-last': String(1 + below(3)), 'keep-within': `${1 + below(40)}d` }
  for (const name of counts.slice(1)) if (chance(0.5)) policy[name] = String(below(8))
  if (chance(0.5)) delete policy['keep-within']
  const longer = { ...policy }
  const stretched = oneOf(counts)
  if (chance(0.2) && policy['keep-within'] !== undefined) longer['keep-within'] = '1m40d'
  else longer[stretched] = String(Number(policy[stretched] ?? 0) + 1 + below(3))

  const shuffled = candidates
    .map((candidate) => ({ candidate, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ candidate }) => candidate)
  return { seed, candidates, policy, longer, shuffled }
}
