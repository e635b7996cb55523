import { expect, test } from '@jest/globals'
import { partBytesFor } from '../src/index.ts'

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
