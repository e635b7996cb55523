import { describe, expect, test } from '@jest/globals'
import { isPinned } from '../src/index.ts'
import { days, kept, made, plan, proved, reasonsFor, removed } from './candidates.ts'

const strict = { policy: { 'keep-last': '1' } }
const newest = made('2026-11-24')
const rest = ['2026-11-23', '2026-11-22', '2026-11-21'].map((day) => made(day))

test('what nothing protects is removed: the tests below can fail', () => {
  expect(removed(plan([newest, ...rest], strict))).toEqual(rest.map(({ tag }) => tag))
})

describe('the strictest policy does not remove', () => {
  test('the newest recovery point', () => {
    expect(kept(plan([newest, ...rest], strict))).toEqual([newest.tag])
    expect(reasonsFor(newest, plan([newest, ...rest], strict))).toMatch(/^keep: the newest/)
  })

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('of two with one snapshot time, that which was published last: %s, %s', (first, last) => {
    const two = [
      made('2026-11-25', { tag: first, publishedAt: '2026-11-25T04:07:00Z' }),
      made('2026-11-25', { tag: last, publishedAt: '2026-11-25T04:09:00Z' }),
    ]
    expect(kept(plan([...two, newest], strict))).toEqual([last])
  })

  test('what was published last, where its snapshot is not the newest', () => {
    const last = made('2026-11-20', { publishedAt: '2026-11-24T23:00:00Z' })
    const planned = plan([newest, ...rest, last], strict)
    expect(reasonsFor(last, planned)).toBe('keep: published last')
    expect(removed(planned)).toHaveLength(3)
  })

  test('the newest proved one, however old, while an older proved one goes', () => {
    const best = proved('2025-02-01', 'database-restore')
    const before = proved('2025-01-01', 'database-restore')
    const planned = plan([newest, ...rest, best, before], strict)
    expect(reasonsFor(best, planned)).toBe('keep: the newest proved in database-restore')
    expect(reasonsFor(before, planned)).toBe('remove: no rule keeps it')
  })

  test('the newest proved one of each scenario', () => {
    const both = proved('2026-10-02', 'database-restore', 'code-rollback')
    const catastrophe = proved('2026-10-01', 'catastrophe', 'database-restore')
    const planned = plan([newest, ...rest, both, catastrophe], strict)
    expect(reasonsFor(both, planned)).toBe(
      'keep: the newest proved in database-restore; the newest proved in code-rollback',
    )
    expect(reasonsFor(catastrophe, planned)).toBe('keep: the newest proved in catastrophe')
  })

  test('one of which nobody could find out whether it is proved', () => {
    const unread = made('2026-10-01', { provedIn: undefined })
    expect(reasonsFor(unread, plan([newest, ...rest, unread], strict))).toMatch(
      /^keep: it may be the only proved one/,
    )
  })

  test('a release that this suite did not make', () => {
    const foreign = made('2026-10-01', { tag: 'v1.0.0', manifest: undefined })
    expect(reasonsFor(foreign, plan([newest, ...rest, foreign], strict))).toMatch(
      /^keep: not made by this suite/,
    )
  })

  test.each([
    ['database', { repository: 'acme/journal', database: 'analytics' }],
    ['repository', { repository: 'acme/shop', database: 'default' }],
  ])('one of another %s', (_, other) => {
    const theirs = made('2026-10-01', {
      manifest: { ...other, snapshotAt: '2026-10-01T03:17:00.000Z' },
    })
    expect(reasonsFor(theirs, plan([newest, ...rest, theirs], strict))).toBe(
      `keep: of the database '${other.database}' of ${other.repository}`,
    )
  })

  test('one that a person has pinned', () => {
    const pinned = made('2026-10-01', { pinned: true })
    expect(reasonsFor(pinned, plan([newest, ...rest, pinned], strict))).toBe(
      'keep: pinned: its title says KEEP',
    )
  })
})

test('what is of another database takes no place that the policy gives to this one', () => {
  const theirs = [...days('2026-11-01', '2026-11-24')].map((day) =>
    made(day, {
      tag: `theirs-${day}`,
      manifest: { repository: 'acme/shop', database: 'default', snapshotAt: `${day}T04:00:00Z` },
    }),
  )
  const planned = plan([newest, ...rest, ...theirs], { policy: { 'keep-last': '3' } })
  expect(removed(planned)).toEqual(['backup-2026-11-21'])
})

test('of a database that has no recovery point left, nothing is removed', () => {
  expect(plan([], strict)).toEqual({ decisions: [], withheld: undefined })
})

describe('one run removes no more than it may', () => {
  test('the oldest ones go, and the others wait, with that reason', () => {
    const planned = plan([newest, ...rest], { ...strict, atMost: 2 })
    expect(removed(planned)).toEqual(['backup-2026-11-22', 'backup-2026-11-21'])
    expect(reasonsFor(rest[0] ?? newest, planned)).toBe(
      'keep: no rule keeps it, but one run removes at most 2, the oldest first',
    )
  })

  test.each([0, -1, NaN])('at most %d is none', (atMost) => {
    expect(removed(plan([newest, ...rest], { ...strict, atMost }))).toEqual([])
  })
})

describe('a person pins by the word KEEP in the title', () => {
  const tag = 'backup-2026-11-24-keep-the-lights-on'

  test.each([
    `KEEP ${tag}`,
    `${tag} KEEP`,
    `${tag}-KEEP`,
    `${tag} (keep, for the auditors)`,
    'Keep: before the migration',
    '🔒KEEP',
  ])('%s', (title) => {
    expect(isPinned({ tag, title })).toBe(true)
  })

  test.each([tag, '', 'Before the migration', 'Bookkeeping', 'Keeper of the keys', 'upkeep'])(
    'not by %j',
    (title) => {
      expect(isPinned({ tag, title })).toBe(false)
    },
  )
})
