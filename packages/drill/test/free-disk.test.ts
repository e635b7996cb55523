import { mkdtemp, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { assertRoom, roomFor } from '../src/free-disk.ts'

const MiB = 1024 ** 2

const manifest = (dumpBytes: number, databaseBytes: number) => ({
  databaseBytes,
  members: [
    {
      name: 'database.dump' as const,
      encoding: 'zstd' as const,
      bytes: dumpBytes,
      parts: [64, 128, 32].map((size, index) => ({
        name: `database.dump.000${index}.gpg`,
        bytes: size * MiB,
        sha256: '0'.repeat(64),
      })),
    },
  ],
})

test('a drill needs room for the dump and the database together, not for one of them', () => {
  expect(roomFor(manifest(500 * MiB, 900 * MiB))).toEqual({
    sealed: 224 * MiB,
    dump: 500 * MiB,
    restored: 964 * MiB,
    copies: 0,
  })
})

test('a self-test needs room for what it damages as well', () => {
  expect(roomFor(manifest(500 * MiB, 900 * MiB), true).copies).toBe(900 * MiB)
})

test('the size of the whole database says nothing about a partial recovery point', () => {
  const part = { ...manifest(5 * MiB, 10 ** 15), partial: true as const }
  expect(roomFor(part).restored).toBe(69 * MiB)
})

test('a disk that is too small is refused before the download, with what is needed and where', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'room-'))
  try {
    await assertRoom(manifest(MiB, MiB), { directory, stranger: undefined })
    const refusal = assertRoom(manifest(10 ** 15, 2 * 10 ** 15), {
      ...{ directory, stranger: undefined },
    })
    await expect(refusal).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(
        /needs about \d+ MiB in .*room-.*\d+ MiB are free.*for the dump/,
      ),
      hint: expect.stringContaining('larger runner'),
    })
    await expect(refusal).rejects.toThrow(directory)
  } finally {
    await rmdir(directory)
  }
})
