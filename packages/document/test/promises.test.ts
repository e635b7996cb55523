import { expect, test } from '@jest/globals'
import { durationsIn, promiseIn } from '../src/index.ts'

const hour = 3_600_000
const day = 24 * hour

test.each([
  ['< 30 minutes', hour / 2],
  ['1–2 hours', 2 * hour],
  ['30 min to 1 hour', hour],
  ['1h 30m', 1.5 * hour],
  ['1,5 hours', 1.5 * hour],
  ['~2 hrs', 2 * hour],
  ['１ day', day],
  ['Max. 1 week', 7 * day],
  ['1 month', 30 * day],
  ['None (code is in git)', 0],
  ['No data loss', 0],
  ['0', 0],
  ['30 Minuten', hour / 2],
  ['keiner', 0],
  ['as soon as possible', undefined],
  ['2 fortnights', undefined],
  ['', undefined],
  ['N/A', undefined],
])('%j is understood as people mean it', (cell, milliseconds) => {
  expect(promiseIn(cell)).toBe(milliseconds)
})

test('a sentence may name several durations, and counts of other things', () => {
  expect(durationsIn('Every 6 hours, kept for 30 days, 3 copies')).toEqual([6 * hour, 30 * day])
})
