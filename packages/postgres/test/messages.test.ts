import { open } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { compareFingerprints, takeFingerprint } from '../src/index.ts'
import { classifyMessages } from '../src/restore/messages.ts'
import { backUp, restore, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

test.each([
  'pg_restore: warning: errors ignored on restore: 1',
  'pg_restore: warning: line ignored: 12; 0 0 TABLE public t',
  'pg_restore: error: could not execute query: ERROR:  relation "t" does not exist',
  'pg_restore: warning: a warning that a later major invents',
  'a line of a library',
  'pg_restore: warning: invalid creation date in header, and more',
])('what nobody has judged is never a success: %s', (line) => {
  expect(classifyMessages(`${line}\n`)).toEqual({ warnings: [], unknown: [line] })
})

/**
 * Where month and year stand in the header, where nothing else of an archive can be hurt: 5 bytes magic,
 * 3 version, 3 sizes and format, the compression, then integers of a sign and 4 bytes: second, minute,
 * hour, day, month, year. The compression is such an integer up to pg_dump 15, and one byte since 16
 * (ReadHead in pg_backup_archiver.c).
 */
const monthOf = (major: number) => 5 + 3 + 3 + (major < 16 ? 5 : 1) + 4 * 5

test('an unreadable date in the header is listed, and takes nothing from the proof', async () => {
  const database = await server.createDatabase()
  await database.execute('CREATE TABLE t (x integer); INSERT INTO t VALUES (1), (2)')
  await using place = await scratch()
  const expected = await backUp(server, database, place.archive)
  await using file = await open(place.archive, 'r+')
  const largest = Buffer.from([0, 0xff, 0xff, 0xff, 0x7f])
  await file.write(Buffer.concat([largest, largest]), 0, 10, monthOf(server.toolchain.major))

  await using restored = await restore(server, expected, place.archive)
  expect(restored.warnings).toEqual([
    expect.stringMatching(/invalid creation date in header \(the date .*restores nothing\)$/),
  ])
  const found = await takeFingerprint({ ...server, connection: restored.superuser, sessions: 1 })
  expect(compareFingerprints(expected, found)).toEqual([])
})
