import { expect, test } from '@jest/globals'
import { assertFits, partBytesFor } from '../src/index.ts'

const MiB = 1024 ** 2
const GiB = 1024 * MiB

test.each([
  ['nothing', 0, 1],
  ['1 GiB', GiB, 32],
  ['12.5 GiB', 12.5 * GiB, 400],
  ['100 GiB', 100 * GiB, 400],
  ['799 GiB', 799 * GiB, 400],
  ['1 TiB', 1024 * GiB, 513],
  ['1.75 TiB', 1792 * GiB, 897],
])('a database of %s fits into a release, whatever its rows compress to', (_, bytes, parts) => {
  const size = partBytesFor(bytes)
  expect(Math.max(1, Math.ceil(bytes / size))).toBe(parts)
  // GitHub's limit for an asset; what sealing adds is far below a MiB.
  expect(size + MiB).toBeLessThanOrEqual(2 * GiB)
})

test('a database that might not fit is refused before the dump, with what to use instead', () => {
  expect(() => partBytesFor(2048 * GiB)).toThrow(
    expect.objectContaining({
      code: 'DATABASE_TOO_LARGE',
      hint: expect.stringContaining('pgBackRest'),
    }),
  )
})

test.each([
  ['a database of 1.7 TiB', [1740 * GiB]],
  ['a database of 12.5 GiB and as much code', [12.5 * GiB, 12.5 * GiB]],
  ['a database of 1 TiB and 10 GiB of code', [1024 * GiB, 10 * GiB]],
])('%s fits into a release with everything beside', (_, contents) => {
  expect(() => {
    assertFits(contents)
  }).not.toThrow()
})

test('a database and code that fit one by one and not together are refused before the dump', () => {
  expect(() => {
    assertFits([1700 * GiB, 10 * GiB])
  }).toThrow(
    expect.objectContaining({
      code: 'DATABASE_TOO_LARGE',
      message: expect.stringMatching(/851 and 320 parts, and GitHub takes 1000/),
      hint: expect.stringContaining('code-bundle'),
    }),
  )
})
