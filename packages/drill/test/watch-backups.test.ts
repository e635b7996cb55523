import { expect, test } from '@jest/globals'
import { judgeTimeLeft } from '../src/watch-backups.ts'

const hour = 3_600_000
const taken = Date.parse('2026-11-24T03:17:00Z')
const at = (hours: number) => new Date(taken + hours * hour)

const point = (publishedAfter = 0.1, snapshotAt = at(0)) => ({
  manifest: { tag: 'backup-2026-11-24-database', snapshotAt: snapshotAt.toISOString() },
  release: { publishedAt: at(publishedAfter).toISOString() },
})

const guarantee = { recoveryTime: hour, dataLoss: 24 * hour }

test.each([
  [0.2, 'PROVED', '12 min of 1 d'],
  [19.2, 'PROVED', '19 h 12 min of 1 d'],
  [19.3, 'FAILED', 'the guarantee is broken in 4 h 42 min'],
  [24, 'FAILED', 'the guarantee is broken in'],
  [25, 'FAILED', '1 h over the guarantee'],
  [24 * 365, 'FAILED', 'over the guarantee'],
])('after %d hours it is %s: %s', (hours, state, words) => {
  const check = judgeTimeLeft(guarantee, point(), at(hours))
  expect(check).toMatchObject({ name: 'time left', state })
  expect(check.detail).toContain(words)
})

test.each([
  ['a year behind', point(0.1, at(-24 * 365))],
  ['a year ahead', point(0.1, at(24 * 365))],
])(
  'where the database server’s clock is %s, what was published long ago is too old all the same',
  (_, wrong) => {
    const check = judgeTimeLeft(guarantee, wrong, at(1))
    expect(check).toMatchObject({ state: 'NOT PROVED' })
    expect(check.detail).toContain('that clock is wrong')
    // GitHub's clock is right, and a snapshot is no younger than its publication.
    const late = judgeTimeLeft(guarantee, wrong, at(20))
    expect(late).toMatchObject({ state: 'FAILED' })
    expect(late.detail).toContain('since the publication of')
  },
)
