import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  checkIndexes,
  compareFingerprints,
  type Fingerprint,
  takeFingerprint,
} from '../src/index.ts'
import { backUp, type Restored, restore, type Scratch, scratch } from './round-trip.ts'

let server: TestServer
let place: Scratch
let expected: Fingerprint
let restored: Restored
beforeAll(async () => {
  server = await startTestServer()
  place = await scratch()
  const source = await server.createDatabase()
  await source.administer(await readFile(join(import.meta.dirname, 'every-kind.sql'), 'utf8'))
  expected = await backUp(server, { owner: source.superuser }, place.archive)
  restored = await restore(server, expected, place.archive)
})
afterAll(async () => {
  await restored[Symbol.asyncDispose]()
  await place[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

test('every', async () => {
  const found = await takeFingerprint({ ...server, connection: restored.superuser, sessions: 2 })
  console.log(JSON.stringify(restored, null, 1))
  console.log(JSON.stringify(compareFingerprints(expected, found), null, 1))
  console.log(await checkIndexes({ ...server, ...restored, sessions: 2 }))
  console.log(found.unseen)
})
