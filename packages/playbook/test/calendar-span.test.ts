import { expect, test } from '@jest/globals'
import { formatCalendarSpan, parseCalendarSpan, subtractSpan } from '../src/index.ts'

test.each([
  ['30d', '2026-03-31T06:00:00Z', '2026-03-01T06:00:00Z'],
  ['6m', '2026-11-24T03:17:00Z', '2026-05-24T03:17:00Z'],
  ['1y6m', '2026-03-01T00:00:00Z', '2024-09-01T00:00:00Z'],
  ['1y 6m', '2026-03-01T00:00:00Z', '2024-09-01T00:00:00Z'],
  ['2y5m7d3h', '2026-11-24T01:00:00Z', '2024-06-16T22:00:00Z'],
  ['36h', '2026-03-01T12:00:00Z', '2026-02-28T00:00:00Z'],
  // A month lacks the day: it runs over.
  ['1m', '2026-03-31T00:00:00Z', '2026-03-03T00:00:00Z'],
  ['1m', '2024-03-31T00:00:00Z', '2024-03-02T00:00:00Z'],
  ['1y', '2024-02-29T00:00:00Z', '2023-03-01T00:00:00Z'],
])('%s before %s is %s', (text, from, before) => {
  const start = subtractSpan(new Date(from), parseCalendarSpan(text, 'keep-within'))
  expect(start).toEqual(new Date(before))
})

test.each(['', '30', 'd', '0d', '-3d', '2w', '1.5y', '3h2d', '30d30d', '30d and', '123456y'])(
  '%j is refused, with the name of the input',
  (text) => {
    expect(() => parseCalendarSpan(text, 'keep-within')).toThrow(
      `'${text}' in 'keep-within' is not a span of time.`,
    )
  },
)

test.each(['30d', '1y6m', '2y5m7d3h'])('%s reads as it is written', (text) => {
  expect(formatCalendarSpan(parseCalendarSpan(` ${text} `, 'keep-within'))).toBe(text)
})
