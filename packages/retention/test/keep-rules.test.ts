import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../src/index.ts'
import { days, kept, made, plan, reasonsFor, removed } from './candidates.ts'

const tags = (...times: string[]) => times.map((at) => `backup-${at}`)

describe('what restic’s documentation shows comes out here too', () => {
  const sundays = [...days('2019-09-01', '2019-11-17')].filter((_, index) => index % 7 === 0)
  const twelve = sundays.map((day) => made(`${day}T11:00:00Z`))

  test('12 Sundays: keep-daily 4 keeps the last four Sundays', () => {
    expect(twelve).toHaveLength(12)
    expect(kept(plan(twelve, { policy: { 'keep-daily': '4' } }))).toEqual(
      tags(...['11-17', '11-10', '11-03', '10-27'].map((day) => `2019-${day}T11:00:00Z`)),
    )
  })

  test('a backup every day for 100 years: 7 daily, 5 weekly, 12 monthly, 75 yearly', () => {
    const century = [...days('1920-01-01', '2019-12-31')].map((day) => made(day))
    const policy = {
      ...{ 'keep-daily': '7', 'keep-weekly': '5' },
      ...{ 'keep-monthly': '12', 'keep-yearly': '75' },
    }
    const { decisions } = plan(century, { policy })
    const by = (rule: string) =>
      decisions.filter(({ reasons }) => reasons.some((reason) => reason.startsWith(rule)))
    expect(by('keep-daily')).toHaveLength(7)
    expect(by('keep-weekly')).toHaveLength(5)
    expect(by('keep-monthly')).toHaveLength(12)
    expect(by('keep-yearly')).toHaveLength(75)
    // 31 December 2019 is a Tuesday: the newest of its week, month and year, and Sunday is a daily one.
    expect(decisions.filter(({ action }) => action === 'keep')).toHaveLength(7 + 3 + 11 + 74)
  })

  test('keep-within 2y5m7d3h counts from the newest and not from now', () => {
    const points = ['2019-11-17T12:00:00Z', '2017-06-10T09:00:01Z', '2017-06-10T09:00:00Z'].map(
      (at) => made(at),
    )
    const { decisions } = plan(points, { policy: { 'keep-within': '2y5m7d3h' } })
    expect(decisions.map(({ action }) => action)).toEqual(['keep', 'keep', 'remove'])
  })

  test.each([
    ['no rule', {}],
    ['keep-last 0', { 'keep-last': '0' }],
    ['empty inputs', { 'keep-last': '', 'keep-within': '', 'keep-yearly': '0' }],
  ])('an empty policy removes nothing: %s', (_, policy) => {
    const planned = plan(twelve, { policy })
    expect(removed(planned)).toEqual([])
    expect(planned.decisions.at(-1)?.reasons).toEqual(['the policy is empty'])
  })
})

describe('which ones a rule keeps', () => {
  test.each([
    ['keep-last', '2', ['2026-01-09', '2026-01-08'], '2026-01-07'],
    ['keep-last', 'unlimited', ['2026-01-09', '2026-01-08'], undefined],
    ['keep-daily', '2', ['2026-01-09T23:59:59Z', '2026-01-08'], '2026-01-09T00:00:00Z'],
    // 2026-01-04 is a Sunday, 2025-12-29 the Monday of the first week of 2026 (ISO 8601).
    ['keep-weekly', '2', ['2026-01-05', '2026-01-04'], '2025-12-29'],
    ['keep-weekly', '2', ['2026-01-04', '2025-12-28'], '2025-12-29'],
    ['keep-weekly', '2', ['2021-01-04', '2021-01-03'], '2020-12-28'],
    ['keep-monthly', '2', ['2026-03-01', '2026-02-28'], '2026-02-01'],
    ['keep-monthly', '2', ['2026-03-01', '2025-03-31'], '2025-03-01'],
    ['keep-yearly', '2', ['2026-01-01', '2025-12-31'], '2025-01-01'],
  ])('%s %s keeps %j', (rule, count, stay, goes) => {
    const older = '2014-05-05'
    const points = [...stay, ...(goes === undefined ? [] : [goes]), older].map((at) => made(at))
    const planned = plan(points, { policy: { [rule]: count } })
    expect(removed(planned)).toEqual(goes === undefined ? [] : tags(goes, older))
  })

  test('what lies between two days in a person’s own time zone is judged by UTC', () => {
    const points = [made('2026-06-02T00:30:00+02:00'), made('2026-06-01T23:30:00+02:00')]
    expect(removed(plan(points, { policy: { 'keep-daily': '1' } }))).toHaveLength(1)
  })

  test('while a count is not used up, the oldest one stays and makes the history longer', () => {
    const points = ['2026-03-03', '2026-03-02', '2026-03-01'].map((day) => made(day))
    const [, middle = made(''), oldest = made('')] = points
    const planned = plan(points, { policy: { 'keep-monthly': '3' } })
    expect(reasonsFor(oldest, planned)).toBe('keep: keep-monthly 3: the oldest')
    expect(reasonsFor(middle, planned)).toBe('remove: no rule keeps it')
  })

  test('one rule is enough, and each one that keeps it is named', () => {
    const [newest, second, third] = [made('2026-03-02'), made('2026-03-01'), made('2026-02-28')]
    const policy = { 'keep-last': '1', 'keep-within': '2d', 'keep-monthly': '2' }
    const planned = plan([newest, second, third, made('2026-02-27')], { policy })
    expect(reasonsFor(newest, planned)).toBe(
      'keep: the newest; keep-within 2d; keep-last 1; keep-monthly 2: the newest of 2026-03',
    )
    expect(reasonsFor(second, planned)).toBe('keep: keep-within 2d')
    expect(reasonsFor(third, planned)).toBe('keep: keep-monthly 2: the newest of 2026-02')
    expect(removed(planned)).toEqual(['backup-2026-02-27'])
  })
})

test.each([
  ['keep-last', '-1'],
  ['keep-daily', '7d'],
  ['keep-weekly', '1.5'],
  ['keep-monthly', 'all'],
  ['keep-yearly', '1e3'],
  ['keep-within', '2 weeks'],
])('%s: %s is refused, before anything is removed by a policy that nobody meant', (rule, text) => {
  expect(() => parsePolicy({ [rule]: text })).toThrow(`'${text}' in '${rule}' is not a`)
})
