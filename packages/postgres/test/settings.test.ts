import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { openSession } from '../src/index.ts'
import { namesIn } from '../src/restore/settings.ts'
import { backUp, restore, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

test('a search path that is a command of psql runs nothing on the machine that restores it', async () => {
  await using place = await scratch()
  const canary = join(place.directory, 'pwned')
  const database = await server.createDatabase()
  await database.execute('CREATE TABLE t (x int)')
  await database.execute(
    `SELECT set_config('search_path', '\\!\\id\${IFS}>${canary}', false);
     ALTER DATABASE "${database.name}" SET search_path FROM CURRENT`,
  )
  const expected = await backUp(server, database, place.archive)
  expect(expected.unseen.settings).toMatchObject([{ name: 'search_path' }])
  await using restored = await restore(server, expected, place.archive)
  expect(existsSync(canary)).toBe(false)
  const { toolchain, processes } = server
  await using session = await openSession(toolchain.psql, restored.superuser, processes)
  expect(
    await session.query('SELECT unnest(setconfig) AS setting FROM pg_db_role_setting'),
  ).toEqual([{ setting: `search_path="\\!\\id\${ifs}>${canary.toLowerCase()}"` }])
})

test('a search path that is no list of names is listed as not restored', async () => {
  await using place = await scratch()
  const database = await server.createDatabase()
  await database.execute('CREATE TABLE t (x int)')
  const expected = await backUp(server, database, place.archive)
  const settings = [{ role: '', name: 'search_path', value: 'public,' }]
  const unseen = { ...expected.unseen, settings }
  await using restored = await restore(server, { ...expected, unseen }, place.archive)
  expect(restored.warnings).toEqual(['The setting was not restored: SET search_path'])
})

const lists: [list: string, names: string[] | undefined][] = [
  ['"$user", public', ['$user', 'public']],
  ['  A ,"B""c" , ÄB ', ['a', 'B"c', 'Äb']],
  ['""', ['']],
  ['', ['']],
  ['"a, b"', ['a, b']],
  ['a b', undefined],
  ['a,', undefined],
  [',a', undefined],
  ['a,,b', undefined],
  ['"a', undefined],
  ['"a"b', undefined],
]

test.each(lists)('the list %s is read as PostgreSQL reads it', async (list, names) => {
  expect(namesIn(list)).toEqual(names)
  const { toolchain, processes, cluster } = server
  await using session = await openSession(toolchain.psql, cluster.superuser, processes)
  const setting = session.execute(`SELECT set_config('search_path', '${list}', false)`)
  // A list that PostgreSQL itself does not read is refused by it as well.
  await (names === undefined
    ? expect(setting).rejects.toMatchObject({ code: 'QUERY_FAILED' })
    : expect(setting).resolves.toBeUndefined())
})
