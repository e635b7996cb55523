import { describe, expect, test } from '@jest/globals'
import type { Candidate } from '../src/index.ts'
import { plan, removed, subject } from './candidates.ts'
import { anyHistory, type History } from './history.ts'

const histories = Array.from({ length: 250 }, (_, seed) => anyHistory(seed))

/** Names the seed of the history that breaks a promise. */
function always(holds: (history: History) => void): void {
  for (const history of histories) {
    try {
      holds(history)
    } catch (error) {
      throw new Error(`seed ${history.seed}`, { cause: error })
    }
  }
}

const isOurs = ({ manifest }: Candidate) =>
  manifest?.repository === subject.repository && manifest.database === subject.database

const isTimely = ({ manifest, publishedAt }: Candidate) =>
  Date.parse(publishedAt) - Date.parse(manifest?.snapshotAt ?? '') <= 5 * 86_400_000

/** By the snapshot, which these tests compare on their own: the newest first. */
const newestFirst = (candidates: readonly Candidate[]) =>
  candidates
    .filter(isOurs)
    .filter(isTimely)
    .sort((a, b) => ((a.manifest?.snapshotAt ?? '') < (b.manifest?.snapshotAt ?? '') ? 1 : -1))

const without = (candidates: readonly Candidate[], gone: readonly string[]) =>
  candidates.filter(({ tag }) => !gone.includes(tag))

test('the histories hold what the promises are about: the tests below can fail', () => {
  const plans = histories.map(({ candidates, policy }) => plan(candidates, { policy }))
  expect(plans.filter((one) => removed(one).length > 0).length).toBeGreaterThan(150)
  expect(histories.filter(({ candidates }) => !candidates.every(isTimely)).length).toBeGreaterThan(
    50,
  )
})

describe('whatever the history and the policy, a user keeps', () => {
  test('the newest', () => {
    always(({ candidates, policy }) => {
      const [newest] = newestFirst(candidates)
      expect(removed(plan(candidates, { policy }))).not.toContain(newest?.tag)
    })
  })

  test('the newest proved, in each scenario', () => {
    always(({ candidates, policy }) => {
      const gone = removed(plan(candidates, { policy }))
      for (const scenario of ['database-restore', 'code-rollback', 'catastrophe']) {
        const proved = newestFirst(candidates).find(({ provedIn }) => provedIn?.includes(scenario))
        expect(gone).not.toContain(proved?.tag)
      }
    })
  })

  test('what is pinned, of others, of an impossible time, or of unknown proof', () => {
    always(({ candidates, policy }) => {
      const gone = removed(plan(candidates, { policy }))
      for (const one of candidates.filter(({ tag }) => gone.includes(tag))) {
        expect(one).toMatchObject({ pinned: false, manifest: subject })
        expect(one.provedIn).toBeDefined()
        expect(isTimely(one)).toBe(true)
      }
    })
  })
})

test('every recovery point has one decision, with a reason', () => {
  always(({ candidates, policy }) => {
    const { decisions } = plan(candidates, { policy })
    expect(decisions.map(({ candidate }) => candidate.tag).sort()).toEqual(
      candidates.map(({ tag }) => tag).sort(),
    )
    for (const { reasons } of decisions) expect(reasons.join('')).not.toBe('')
  })
})

test('a longer policy removes nothing that a shorter one keeps', () => {
  always(({ candidates, policy, longer }) => {
    const shorter = removed(plan(candidates, { policy }))
    expect(shorter).toEqual(expect.arrayContaining(removed(plan(candidates, { policy: longer }))))
  })
})

test('a second run removes nothing more', () => {
  always(({ candidates, policy }) => {
    const left = without(candidates, removed(plan(candidates, { policy })))
    expect(removed(plan(left, { policy }))).toEqual([])
  })
})

test('runs that may remove two at most come to the same in the end', () => {
  always(({ candidates, policy }) => {
    let left = candidates
    for (;;) {
      const gone = removed(plan(left, { policy, atMost: 2 }))
      expect(gone.length).toBeLessThanOrEqual(2)
      if (gone.length === 0) break
      left = without(left, gone)
    }
    expect(left).toEqual(without(candidates, removed(plan(candidates, { policy }))))
  })
})

test('the order in which GitHub lists releases changes nothing', () => {
  always(({ candidates, policy, shuffled }) => {
    expect(plan(shuffled, { policy, atMost: 3 })).toEqual(plan(candidates, { policy, atMost: 3 }))
  })
})
