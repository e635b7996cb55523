import { expect, test } from '@jest/globals'
import { startTestServer } from '../../../test/support/postgres.ts'
import { openSession, takeFingerprint } from '../src/index.ts'
import { mutateAtRandom, typesOf } from './random-mutations.ts'
import { valueOf } from './random-values.ts'

const seed = Number(process.env.MUTATIONS_SEED ?? Math.floor(Math.random() * 2 ** 31))

test('of 300 random changes to single rows of every type none is missed and none is invented', async () => {
  console.log(`MUTATIONS_SEED=${seed} repeats these mutations`)
  await using server = await startTestServer()
  const { wrong, changes, noops, columns } = await mutateAtRandom(server, seed, 300)
  expect({ seed, wrong }).toEqual({ seed, wrong: [] })
  expect(Object.keys(changes).sort()).toEqual(['delete', 'duplicate', 'insert', 'update'])
  expect(noops).toBeGreaterThan(0)
  expect(columns).toBeGreaterThan(70)
})

test('every type that PostgreSQL has is among them', async () => {
  await using server = await startTestServer()
  await using session = await openSession(
    server.toolchain.psql,
    server.cluster.superuser,
    server.processes,
  )
  expect((await typesOf(session)).filter((name) => valueOf[name] === undefined)).toEqual([])
})

test('rows that are only written anew are the same rows', async () => {
  await using server = await startTestServer()
  const database = await server.createDatabase()
  await database.administer(`CREATE TABLE t (i int PRIMARY KEY, x text);
    INSERT INTO t SELECT i, repeat(md5(i::text), 100) FROM generate_series(1, 1000) AS i`)
  const fingerprint = () =>
    takeFingerprint({ ...server, connection: database.superuser, sessions: 1 })
  const before = await fingerprint()
  for (const sql of [
    'VACUUM FULL t',
    'UPDATE t SET x = x',
    'CLUSTER t USING t_pkey',
    'REINDEX TABLE t',
  ]) {
    await database.administer(sql)
    expect((await fingerprint()).tables).toEqual(before.tables)
  }
})
