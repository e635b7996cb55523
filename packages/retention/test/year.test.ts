import { expect, test } from '@jest/globals'
import type { Candidate } from '../src/index.ts'
import { days, made, plan } from './candidates.ts'

const policy = { 'keep-last': '2', 'keep-daily': '7', 'keep-weekly': '4', 'keep-monthly': '12' }

/** Each a first and a last day, both included. */
const noExport = [
  ['2026-03-09', '2026-03-27'],
  ['2026-10-31', '2026-10-31'],
] as const
const noDrillProves = [['2026-05-01', '2026-08-20']] as const

const during = (day: string, spells: readonly (readonly [string, string])[]) =>
  spells.some(([first, last]) => first <= day && day <= last)

/** One night: the export, on Sundays the drill of what it made, and then the retention. */
function night(day: string, stored: readonly Candidate[]): readonly Candidate[] {
  if (during(day, noExport)) return stored
  const drilled = new Date(day).getUTCDay() === 0 && !during(day, noDrillProves)
  const candidates = [...stored, made(day, { provedIn: drilled ? ['database-restore'] : [] })]
  const now = `${day}T03:30:00Z`
  return plan(candidates, { policy, now, atMost: 3 })
    .decisions.filter(({ action }) => action === 'keep')
    .map(({ candidate }) => candidate)
}

/** What a user finds in the morning of that day, with the reasons. */
function morningOf(day: string): string {
  const stored = [...days('2026-01-01', day)].reduce<readonly Candidate[]>(
    (left, today) => night(today, left),
    [],
  )
  return plan(stored, { policy, now: `${day}T03:30:00Z` })
    .decisions.map(({ candidate: { tag, provedIn = [] }, action, reasons }) => {
      const proof = provedIn.length > 0 ? 'proved' : '-     '
      return `${tag.replace('backup-', '')} ${proof} ${action} ${reasons.join('; ')}`
    })
    .join('\n')
}

test('in the first days everything is there', () => {
  expect(morningOf('2026-01-05')).toMatchInlineSnapshot(`
   "2026-01-05 -      keep the newest; keep-last 2; keep-daily 7: the newest of 2026-01-05; keep-weekly 4: the newest of 2026-W02; keep-monthly 12: the newest of 2026-01
   2026-01-04 proved keep the newest proved in database-restore; keep-last 2; keep-daily 7: the newest of 2026-01-04; keep-weekly 4: the newest of 2026-W01
   2026-01-03 -      keep keep-daily 7: the newest of 2026-01-03
   2026-01-02 -      keep keep-daily 7: the newest of 2026-01-02
   2026-01-01 -      keep keep-daily 7: the newest of 2026-01-01; keep-weekly 4: the oldest; keep-monthly 12: the oldest"
  `)
})

test('after weeks without an export, all that the policy kept before is there still', () => {
  expect(morningOf('2026-03-27')).toBe(morningOf('2026-03-08'))
  expect(morningOf('2026-03-28')).toMatchInlineSnapshot(`
   "2026-03-28 -      keep the newest; keep-last 2; keep-daily 7: the newest of 2026-03-28; keep-weekly 4: the newest of 2026-W13; keep-monthly 12: the newest of 2026-03
   2026-03-08 proved keep the newest proved in database-restore; keep-last 2; keep-daily 7: the newest of 2026-03-08; keep-weekly 4: the newest of 2026-W10
   2026-03-07 -      keep keep-daily 7: the newest of 2026-03-07
   2026-03-06 -      keep keep-daily 7: the newest of 2026-03-06
   2026-03-05 -      keep keep-daily 7: the newest of 2026-03-05
   2026-03-04 -      keep keep-daily 7: the newest of 2026-03-04
   2026-03-03 -      keep keep-daily 7: the newest of 2026-03-03
   2026-03-01 proved keep keep-weekly 4: the newest of 2026-W09
   2026-02-28 -      keep keep-monthly 12: the newest of 2026-02
   2026-02-22 proved keep keep-weekly 4: the newest of 2026-W08
   2026-01-31 -      keep keep-monthly 12: the newest of 2026-01
   2026-01-01 -      keep keep-monthly 12: the oldest"
  `)
})

test('after months in which no drill proved anything, the last proved one is there', () => {
  expect(morningOf('2026-08-20')).toMatchInlineSnapshot(`
   "2026-08-20 -      keep the newest; keep-last 2; keep-daily 7: the newest of 2026-08-20; keep-weekly 4: the newest of 2026-W34; keep-monthly 12: the newest of 2026-08
   2026-08-19 -      keep keep-last 2; keep-daily 7: the newest of 2026-08-19
   2026-08-18 -      keep keep-daily 7: the newest of 2026-08-18
   2026-08-17 -      keep keep-daily 7: the newest of 2026-08-17
   2026-08-16 -      keep keep-daily 7: the newest of 2026-08-16; keep-weekly 4: the newest of 2026-W33
   2026-08-15 -      keep keep-daily 7: the newest of 2026-08-15
   2026-08-14 -      keep keep-daily 7: the newest of 2026-08-14
   2026-08-09 -      keep keep-weekly 4: the newest of 2026-W32
   2026-08-02 -      keep keep-weekly 4: the newest of 2026-W31
   2026-07-31 -      keep keep-monthly 12: the newest of 2026-07
   2026-06-30 -      keep keep-monthly 12: the newest of 2026-06
   2026-05-31 -      keep keep-monthly 12: the newest of 2026-05
   2026-04-30 -      keep keep-monthly 12: the newest of 2026-04
   2026-04-26 proved keep the newest proved in database-restore
   2026-03-31 -      keep keep-monthly 12: the newest of 2026-03
   2026-02-28 -      keep keep-monthly 12: the newest of 2026-02
   2026-01-31 -      keep keep-monthly 12: the newest of 2026-01
   2026-01-01 -      keep keep-monthly 12: the oldest"
  `)
})

test('at the end of a year of nightly exports', () => {
  expect(morningOf('2026-12-31')).toMatchInlineSnapshot(`
   "2026-12-31 -      keep the newest; keep-last 2; keep-daily 7: the newest of 2026-12-31; keep-weekly 4: the newest of 2026-W53; keep-monthly 12: the newest of 2026-12
   2026-12-30 -      keep keep-last 2; keep-daily 7: the newest of 2026-12-30
   2026-12-29 -      keep keep-daily 7: the newest of 2026-12-29
   2026-12-28 -      keep keep-daily 7: the newest of 2026-12-28
   2026-12-27 proved keep the newest proved in database-restore; keep-daily 7: the newest of 2026-12-27; keep-weekly 4: the newest of 2026-W52
   2026-12-26 -      keep keep-daily 7: the newest of 2026-12-26
   2026-12-25 -      keep keep-daily 7: the newest of 2026-12-25
   2026-12-20 proved keep keep-weekly 4: the newest of 2026-W51
   2026-12-13 proved keep keep-weekly 4: the newest of 2026-W50
   2026-11-30 -      keep keep-monthly 12: the newest of 2026-11
   2026-10-30 -      keep keep-monthly 12: the newest of 2026-10
   2026-09-30 -      keep keep-monthly 12: the newest of 2026-09
   2026-08-31 -      keep keep-monthly 12: the newest of 2026-08
   2026-07-31 -      keep keep-monthly 12: the newest of 2026-07
   2026-06-30 -      keep keep-monthly 12: the newest of 2026-06
   2026-05-31 -      keep keep-monthly 12: the newest of 2026-05
   2026-04-30 -      keep keep-monthly 12: the newest of 2026-04
   2026-03-31 -      keep keep-monthly 12: the newest of 2026-03
   2026-02-28 -      keep keep-monthly 12: the newest of 2026-02
   2026-01-31 -      keep keep-monthly 12: the newest of 2026-01"
  `)
})
