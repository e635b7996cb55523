import { describe, expect, test } from '@jest/globals'
import type { DrillReport, State } from '@recovery-playbook/drill'
import { agedBadge, badgeAfter } from '../src/index.ts'

const maxProofAge = 8 * 86_400_000
const at = (time: string) => new Date(`${time}Z`)

const shown = (text: string) => {
  const { message, color, ...rest } = JSON.parse(text) as Record<string, unknown>
  expect(rest).toEqual({
    ...{ schemaVersion: 1, label: 'recovery', cacheSeconds: 3600 },
    isError: color !== 'brightgreen',
  })
  return [message, color]
}

const drill = (verdict: State, snapshotAt?: string, partial?: true) => ({
  verdict,
  point:
    snapshotAt === undefined
      ? undefined
      : ({ manifest: { snapshotAt, partial } } as DrillReport['point']),
})

/** A badge that was written on the day that it shows. */
const badge = (verdict: State, day: string) =>
  badgeAfter(drill(verdict, `${day}T03:17:00.000Z`), undefined, at(`${day}T04:00:00`), maxProofAge)

describe('a badge that shows a proof grows old by the day that it shows, and is red beyond the limit', () => {
  test.each([
    ['on the day', '2026-11-24T23:59:59.999', 'PROVED today (2026-11-24)', 'brightgreen'],
    ['on the next', '2026-11-25T00:00:00', 'PROVED 1 day ago (2026-11-24)', 'brightgreen'],
    ['just inside', '2026-12-01T23:59:59.999', 'PROVED 7 days ago (2026-11-24)', 'brightgreen'],
    ['exactly at it', '2026-12-02T00:00:00.000', 'PROVED 8 days ago (2026-11-24)', 'brightgreen'],
    ['just beyond', '2026-12-02T00:00:00.001', 'PROVED 8 days ago (2026-11-24)', 'red'],
    ['in another year', '2027-11-24T12:00:00', 'PROVED 365 days ago (2026-11-24)', 'red'],
    ['by a clock before it', '2026-11-23T23:59:59.999', 'PROVED (2026-11-24)', 'orange'],
  ])('%s', (_, now, message, color) => {
    expect(shown(agedBadge(badge('PROVED', '2026-11-24'), at(now), maxProofAge))).toEqual([
      message,
      color,
    ])
  })

  test('and it is the same however often it was written meanwhile', () => {
    const days = ['2026-11-23', '2026-11-25', '2026-11-30', '2026-12-06'].map((day) =>
      at(`${day}T12:00:00`),
    )
    const aged = days.reduce(
      (text, now) => agedBadge(text, now, maxProofAge),
      badge('PROVED', '2026-11-24'),
    )
    expect(shown(aged)).toEqual(['PROVED 12 days ago (2026-11-24)', 'red'])
  })
})

test.each(['FAILED', 'NOT PROVED'] as const)('%s stays until a drill says otherwise', (verdict) => {
  const before = badge(verdict, '2026-11-24')
  expect(agedBadge(before, at('2026-12-24T12:00:00'), maxProofAge)).toBe(before)
})

test.each([
  ['nothing', undefined],
  ['something else', '{"schemaVersion":1,"label":"recovery","message":"PROVED","color":"green"}'],
  ['no JSON', 'PROVED today (2026-11-24)'],
  ['a colour of its own', '{"message":"never proved","color":"brightgreen"}'],
])('where %s stands, nothing was ever proved', (_, before) => {
  expect(shown(agedBadge(before, at('2026-11-24T12:00:00'), maxProofAge))).toEqual([
    'never proved',
    'lightgrey',
  ])
})

describe('a drill shows', () => {
  const today = '2026-11-24'
  const proof = ['PROVED 3 days ago (2026-11-21)', 'brightgreen']
  test.each([
    ['the snapshot that it proved', drill('PROVED', '2026-11-21T03:17:00Z'), undefined, proof],
    [
      'that it failed',
      drill('FAILED', '2026-11-21T03:17:00Z'),
      'PROVED',
      ['FAILED (2026-11-21)', 'red'],
    ],
    ['that it found nothing', drill('FAILED'), 'PROVED', ['FAILED (2026-11-22)', 'red']],
    [
      'that it proved nothing',
      drill('NOT PROVED'),
      'PROVED',
      ['NOT PROVED (2026-11-22)', 'orange'],
    ],
    [
      'its own day where no other is known',
      drill('FAILED'),
      undefined,
      [`FAILED (${today})`, 'red'],
    ],
    [
      'no failure of an older snapshot in the place of one of a newer',
      drill('FAILED', '2026-11-10T03:17:00Z'),
      'FAILED',
      ['FAILED (2026-11-22)', 'red'],
    ],
    [
      'that recovery works again',
      drill('PROVED', '2026-11-22T03:17:00Z'),
      'FAILED',
      ['PROVED 2 days ago (2026-11-22)', 'brightgreen'],
    ],
    [
      'no mending by an older snapshot',
      drill('PROVED', '2026-11-21T03:17:00Z'),
      'FAILED',
      ['FAILED (2026-11-22)', 'red'],
    ],
    [
      'the newest snapshot proved',
      drill('PROVED', '2026-10-01T03:17:00Z'),
      'PROVED',
      ['PROVED 2 days ago (2026-11-22)', 'brightgreen'],
    ],
    [
      'an old snapshot in red',
      drill('PROVED', '2026-11-12T03:17:00Z'),
      undefined,
      ['PROVED 12 days ago (2026-11-12)', 'red'],
    ],
    [
      'no age of a clock ahead',
      drill('PROVED', '2026-11-25T03:17:00Z'),
      'PROVED',
      ['PROVED (2026-11-25)', 'orange'],
    ],
    [
      'no proof of a part',
      drill('PROVED', '2026-11-24T03:17:00Z', true),
      undefined,
      ['never proved', 'lightgrey'],
    ],
    [
      'no better of a part',
      drill('PROVED', '2026-11-24T03:17:00Z', true),
      'FAILED',
      ['FAILED (2026-11-22)', 'red'],
    ],
    [
      'nothing of a dry run',
      drill('SKIPPED', '2026-11-24T03:17:00Z'),
      undefined,
      ['never proved', 'lightgrey'],
    ],
  ] as const)('%s', (_, found, before, expected) => {
    const standing = before && badge(before, '2026-11-22')
    expect(shown(badgeAfter(found, standing, at(`${today}T12:00:00`), maxProofAge))).toEqual(
      expected,
    )
  })

  test('a proof in the place of one by a clock that was years ahead', () => {
    const standing = badge('PROVED', '2030-01-01')
    const found = drill('PROVED', '2026-11-21T03:17:00Z')
    expect(shown(badgeAfter(found, standing, at(`${today}T12:00:00`), maxProofAge))).toEqual(proof)
  })
})
