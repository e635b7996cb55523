import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { type Fingerprint, parseFingerprint } from '../src/index.ts'
import { backUp, restore, type Scratch, scratch } from './round-trip.ts'

let server: TestServer
let place: Scratch
let genuine: Fingerprint
beforeAll(async () => {
  server = await startTestServer()
  place = await scratch()
  await promisify(execFile)('chmod', ['777', place.directory])
  const database = await server.createDatabase()
  await database.execute(`
    CREATE FUNCTION evil(x int) RETURNS boolean LANGUAGE plpgsql AS $evil$ BEGIN
      COPY (SELECT 1) TO PROGRAM 'touch ${place.directory}/program'; RETURN true;
    EXCEPTION WHEN OTHERS THEN RETURN true; END $evil$;
    CREATE TABLE bait (id int CHECK (public.evil(id))); INSERT INTO bait VALUES (1);
    CREATE SEQUENCE s; SELECT lo_from_bytea(0, 'x'); CREATE MATERIALIZED VIEW m AS SELECT 1`)
  genuine = await backUp(server, database, place.archive)
})
afterAll(async () => {
  await place[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const forgedError = expect.objectContaining({ code: 'MANIFEST_FORGED' }) as unknown as Error

test('a role of PostgreSQL’s own that a recovery point names is granted to nobody', async () => {
  const roles = [...genuine.roles, 'pg_execute_server_program']
  await expect(restore(server, { ...genuine, roles }, place.archive)).rejects.toEqual(forgedError)
  expect(existsSync(join(place.directory, 'program'))).toBe(false)
  await using restored = await restore(server, genuine, place.archive)
  expect(existsSync(join(place.directory, 'program'))).toBe(false)
  expect(restored.warnings).toEqual([])
})

const written = () => JSON.parse(JSON.stringify(genuine)) as Fingerprint

test('what an export writes, and what earlier versions wrote, opens', () => {
  expect(parseFingerprint(written(), 'tag')).toEqual(genuine)
  const { systemIdentifier: _, ...older } = genuine.server
  expect(parseFingerprint({ ...written(), server: older }, 'tag').server).toEqual(older)
  expect(parseFingerprint({ ...written(), later: 1 }, 'tag')).toMatchObject({ later: 1 })
})

const forgeries: Record<string, (fingerprint: Fingerprint) => object> = {
  'a role of PostgreSQL’s own': ({ roles }) => ({ roles: [...roles, 'pg_monitor'] }),
  'no roles': () => ({ roles: undefined }),
  'a role that is no name': () => ({ roles: [{ toString: 1 }] }),
  'a number that is SQL': ({ sequences: [one] }) => ({
    sequences: [{ ...one, before: { lastValue: '1; DROP', isCalled: true } }],
  }),
  'rows that are none': ({ tables: [one] }) => ({ tables: [{ ...one, rows: '-1' }] }),
  'a name with a NUL': ({ tables: [one] }) => ({ tables: [{ ...one, name: 'a\0b' }] }),
  'a setting that is a list': () => ({ unseen: { settings: 'all' } }),
  'an unknown provider': (one) => ({ server: { ...one.server, localeProvider: 'x' } }),
}

test.each(Object.entries(forgeries))('a fingerprint with %s is called forged', (_, forge) => {
  const forged = { ...written(), ...forge(genuine) }
  expect(() => parseFingerprint(forged, 'tag')).toThrow(forgedError)
})
