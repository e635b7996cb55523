import { describe, expect, test } from '@jest/globals'
import { made, plan, reasonsFor, removed, subject } from './candidates.ts'

const policy = { 'keep-last': '2' }
const points = ['2026-11-24', '2026-11-23', '2026-11-22', '2026-11-21'].map((day) => made(day))
const now = '2026-11-24T03:30:00Z'

test('with good clocks two go: the tests below can fail', () => {
  const planned = plan(points, { policy, now })
  expect(removed(planned)).toHaveLength(2)
  expect(planned.withheld).toBeUndefined()
})

describe('nothing is removed', () => {
  test.each([
    ['a year slow', '2025-11-24T03:30:00Z'],
    ['a day slow', '2026-11-23T03:30:00Z'],
    ['ten minutes slow', '2026-11-24T03:10:00Z'],
  ])('when this run’s clock is %s', (_, slow) => {
    const planned = plan(points, { policy, now: slow })
    expect(removed(planned)).toEqual([])
    expect(planned.withheld).toBe(
      `backup-2026-11-24 was published at 2026-11-24T03:20:00.000Z, and now is ${new Date(slow).toISOString()}: a clock is wrong`,
    )
    expect(planned.decisions.at(-1)?.reasons).toEqual(['nothing is removed this time'])
  })

  test('when the database server’s clock was a year fast', () => {
    const fast = made('2027-11-24', { publishedAt: '2026-11-24T03:20:00Z' })
    const planned = plan([fast, ...points], { policy, now })
    expect(removed(planned)).toEqual([])
    expect(planned.withheld).toMatch(/the snapshot of backup-2027-11-24 is of 2027/)
  })

  test('when nobody knows what time it is', () => {
    const planned = plan(points, { policy, now: 'no header' })
    expect(removed(planned)).toEqual([])
    expect(planned.withheld).toMatch(/what time it is/)
  })

  test('when the list of releases changed while it was read', () => {
    const planned = plan([...points, ...points.slice(3)], { policy, now })
    expect(removed(planned)).toEqual([])
    expect(planned.withheld).toMatch(/names backup-2026-11-21 twice/)
  })
})

test('a clock a year fast removes nothing more: ages count from the newest', () => {
  const within = { 'keep-within': '2d' }
  const inTime = removed(plan(points, { policy: within, now }))
  expect(inTime).toHaveLength(2)
  expect(removed(plan(points, { policy: within, now: '2027-11-24T03:30:00Z' }))).toEqual(inTime)
})

test.each(['2026-11-24T03:16:00Z', '2026-11-24T03:20:00Z'])(
  'clocks that differ by some minutes withhold nothing: %s',
  (slow) => {
    expect(removed(plan(points, { policy, now: slow }))).toHaveLength(2)
  },
)

test('a future time of another database, whose clock that is, withholds nothing here', () => {
  const theirs = made('2026-11-20', {
    tag: 'theirs',
    manifest: { ...subject, database: 'analytics', snapshotAt: '2030-01-01T00:00:00Z' },
  })
  expect(removed(plan([...points, theirs], { policy, now }))).toHaveLength(2)
})

describe('one whose own times cannot be right stays, and takes no good one’s place', () => {
  test.each([
    ['published before its snapshot', '2026-11-24', '2026-11-24T01:00:00Z'],
    ['published days after its snapshot', '2026-11-10', '2026-11-23T00:00:00Z'],
    ['published days after its snapshot', '2025-11-24', '2026-11-24T03:20:00Z'],
    ['its times cannot be read', '2026-11-24', ''],
  ])('%s: %s, %s', (reason, snapshot, publishedAt) => {
    const wrong = made(snapshot, { tag: 'wrong', publishedAt })
    const planned = plan([wrong, ...points], { policy, now })
    expect(reasonsFor(wrong, planned)).toMatch(`keep: ${reason}`)
    expect(removed(planned)).toEqual(['backup-2026-11-22', 'backup-2026-11-21'])
  })

  test('its snapshot’s time cannot be read', () => {
    const wrong = made('2026-11-24', {
      tag: 'wrong',
      manifest: { ...subject, snapshotAt: 'yesterday' },
    })
    expect(reasonsFor(wrong, plan([wrong, ...points], { policy, now }))).toBe(
      'keep: its times cannot be read',
    )
  })

  test('a snapshot that a server’s clock puts a minute after its publication is no wrong time', () => {
    const quick = made('2026-11-20', { publishedAt: '2026-11-20T03:16:00Z' })
    expect(removed(plan([quick, ...points], { policy, now }))).toContain(quick.tag)
  })

  test('an export of some days on a runner of one’s own is no wrong time', () => {
    const slow = made('2026-11-20', { publishedAt: '2026-11-24T03:00:00Z' })
    expect(removed(plan([slow, ...points], { policy, now }))).toContain(slow.tag)
  })
})
