import { describe, expect, test } from '@jest/globals'
import { type HistoryRow, lastRecoveryTimes, worstGap } from '../src/index.ts'

const now = new Date('2026-11-24T12:00:00Z')
const day = 86_400_000
const hour = 3_600_000

const daysAgo = (...days: number[]) =>
  days.map((ago) => ({ snapshotAt: new Date(now.getTime() - ago * day).toISOString() }))

describe('the longest gap that a disaster could have fallen into', () => {
  test.each([
    ['of daily exports is a day', daysAgo(3, 2, 1), day],
    ['is the one where an export did not run', daysAgo(6, 5, 2, 1), 3 * day],
    ['is of snapshots, however often each was drilled', daysAgo(2, 2, 2, 1, 1), day],
    ['does not depend on the order of the rows', daysAgo(1, 5, 2, 6), 3 * day],
    ['may have begun before the 90 days', daysAgo(100, 89, 88), 11 * day],
    ['forgets what ended before', daysAgo(200, 120, 3, 2.5), 117 * day],
    ['of long ago is forgotten', daysAgo(200, 120, 100, 99), undefined],
    ['counts no snapshot of a clock that is ahead', daysAgo(2, 1, -5), day],
    ['of one snapshot is unknown', daysAgo(1), undefined],
    ['of none is unknown', [], undefined],
  ])('%s', (_, rows, gap) => {
    expect(worstGap(rows, now)).toBe(gap)
  })

  test('is found among many', () => {
    const rows = daysAgo(...Array.from({ length: 500 }, (_, index) => index / 10))
    const without = rows.filter((_, index) => index !== 40)
    expect(worstGap(rows, now)).toBeCloseTo(2.4 * hour, -1)
    expect(worstGap(without, now)).toBeCloseTo(4.8 * hour, -1)
  })
})

test('a trend is of the last five drills of the same scenario that came to an end', () => {
  const row = (recoverySeconds: number | null, scenario: 'catastrophe' | 'database-restore') =>
    ({
      kind: 'drill',
      recoveryPoint: 'a',
      snapshotAt: now.toISOString(),
      recordedAt: now.toISOString(),
      run: { id: 1, attempt: 1 },
      verdict: 'PROVED',
      dataLossSeconds: null,
      ageSeconds: null,
      ...{ recoverySeconds, scenario },
    }) satisfies HistoryRow
  const rows = [1, 2, 3, 4, 5, 6].map((seconds) => row(seconds, 'database-restore'))
  const mixed = [...rows, row(100, 'catastrophe'), row(null, 'database-restore')]
  expect(lastRecoveryTimes(mixed, 'database-restore')).toEqual([2000, 3000, 4000, 5000, 6000])
  expect(lastRecoveryTimes(mixed, 'catastrophe')).toEqual([100_000])
})
