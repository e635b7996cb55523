import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { backUp, restore, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const internal = (name: string, from: string, to: string, as: string) =>
  `CREATE FUNCTION ${name}(${from}) RETURNS ${to} LANGUAGE internal IMMUTABLE STRICT AS '${as}';`

test.each([
  [
    'an operator class',
    `CREATE OPERATOR CLASS ours FOR TYPE int4 USING btree AS OPERATOR 1 <, OPERATOR 2 <=,
       OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
     CREATE TABLE entry (id int); CREATE INDEX ON entry (id ours);`,
  ],
  ['a bare foreign-data wrapper', 'CREATE FOREIGN DATA WRAPPER ours'],
  [
    'a base type',
    `CREATE TYPE ours; ${internal('ours_in', 'cstring', 'ours', 'int4in')}
     ${internal('ours_out', 'ours', 'cstring', 'int4out')}
     CREATE TYPE ours (INPUT = ours_in, OUTPUT = ours_out, LIKE = int4);`,
  ],
  [
    'a leakproof function',
    "CREATE FUNCTION ours(int) RETURNS int LANGUAGE sql LEAKPROOF IMMUTABLE AS 'SELECT $1'",
  ],
])('%s is no fault of the backup, and not proved either', async (_, sql) => {
  await using place = await scratch()
  const source = await server.createDatabase()
  await source.administer(sql)
  const expected = await backUp(server, { owner: source.superuser }, place.archive)
  await expect(restore(server, expected, place.archive)).rejects.toMatchObject({
    code: 'SUPERUSER_NEEDED',
    message: expect.stringContaining('superuser'),
  })
})
