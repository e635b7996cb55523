import { expect, test } from '@jest/globals'
import { applyPlan, type Candidate } from '../src/index.ts'
import { made, plan } from './candidates.ts'

const planned = plan(
  ['2026-11-24', '2026-11-23', '2026-11-22', '2026-11-21'].map((day) => made(day)),
  { policy: { 'keep-last': '1' } },
)

/** A store that loses its connection when it comes to one of them. */
function storeFailingAt(tag?: string) {
  const left = new Set(planned.decisions.map(({ candidate }) => candidate.tag))
  return {
    left,
    remove: async (candidate: Candidate) => {
      await Promise.resolve()
      if (candidate.tag === tag) throw new Error('connection reset')
      left.delete(candidate.tag)
    },
  }
}

const tags = (candidates: readonly Candidate[]) => candidates.map(({ tag }) => tag)

test('what the plan removes is gone, the oldest first, and the rest is there', async () => {
  const { remove, left } = storeFailingAt()
  const outcome = await applyPlan(planned, remove, { dryRun: false })
  expect([...left]).toEqual(['backup-2026-11-24'])
  expect(tags(outcome.removed)).toEqual([
    'backup-2026-11-21',
    'backup-2026-11-22',
    'backup-2026-11-23',
  ])
  expect(outcome.failure).toBeUndefined()
})

test('after the first failure nothing more is removed, and what is gone is told', async () => {
  const { remove, left } = storeFailingAt('backup-2026-11-22')
  const outcome = await applyPlan(planned, remove, { dryRun: false })
  expect([...left]).toEqual(['backup-2026-11-24', 'backup-2026-11-23', 'backup-2026-11-22'])
  expect(tags(outcome.removed)).toEqual(['backup-2026-11-21'])
  expect(outcome.failure).toEqual({
    candidate: made('2026-11-22'),
    error: new Error('connection reset'),
  })
})

test('a dry run removes nothing', async () => {
  const { remove, left } = storeFailingAt()
  const outcome = await applyPlan(planned, remove, { dryRun: true })
  expect(left.size).toBe(4)
  expect(outcome).toEqual({ dryRun: true, removed: [], failure: undefined })
})
