import { expect, test } from '@jest/globals'
import { formatDuration, parseDuration } from '../src/index.ts'

test.each([
  ['30m', 30 * 60],
  ['30 min', 30 * 60],
  ['24h', 86_400],
  ['24 hours', 86_400],
  ['7d', 7 * 86_400],
  ['1h 30m', 5400],
  ['1 day 2 hours', 93_600],
  ['1.5h', 5400],
  ['45s', 45],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text, 'max-data-loss')).toBe(seconds * 1000)
})

test.each(['', 'soon', '30', '30 parsecs', '0h', '-3h', '1h and a bit'])(
  '%j is refused, with the name of the input',
  (text) => {
    expect(() => parseDuration(text, 'max-data-loss')).toThrow(/'max-data-loss' is not a duration/)
  },
)

test.each([
  [4234, '4.2 s'],
  [65_000, '1 min 5 s'],
  [30 * 60_000, '30 min'],
  [24 * 3_600_000, '1 d'],
  [90_061_000, '1 d 1 h'],
  [86_425_000, '1 d 25 s'],
])('%d ms reads %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text)
})
