import { chown, mkdtemp, rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { unprivilegedIdentity } from '@recovery-playbook/host'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import {
  type Connection,
  dumpSchema,
  leftOutInWords,
  leftOutOfDump,
  openSession,
} from '../src/index.ts'

let server: TestServer
let disk: string
beforeAll(async () => {
  server = await startTestServer({
    wal_level: 'logical',
    max_replication_slots: '3',
    max_wal_senders: '3',
    max_prepared_transactions: '2',
  })
  disk = await mkdtemp('/tmp/tablespace-')
  const identity = unprivilegedIdentity()
  if (identity !== undefined) await chown(disk, identity.uid, identity.gid)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(disk, { recursive: true, force: true })
})

async function leftOutOf(connection: Connection): Promise<string[]> {
  await using session = await openSession(server.toolchain.psql, connection, server.processes)
  return (await leftOutOfDump(session)).map(leftOutInWords)
}

test('an ordinary database is told of its role alone', async () => {
  const { owner } = await server.createDatabase({ owner: 'only' })
  expect(await leftOutOf(owner)).toEqual([
    expect.stringMatching(
      /^1 role \(only\): .*globals\.sql makes them again.*without their passwords\.$/,
    ),
  ])
})

test('everything that a recovery needs besides the dump is named, with what to do', async () => {
  const database = await server.createDatabase({ owner: 'app' })
  const { owner, superuser } = database
  await server.createDatabase({ name: 'neighbour' })
  await database.administer(`SET search_path = public; CREATE ROLE reader; CREATE EXTENSION pg_trgm;
    CREATE TABLE t (x integer); GRANT SELECT ON t TO reader; CREATE UNLOGGED TABLE cache (x text);
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w;
    CREATE FOREIGN TABLE away (x integer) SERVER far;
    CREATE USER MAPPING FOR app SERVER far OPTIONS (password 'S3CRET');
    CREATE SUBSCRIPTION sub CONNECTION 'host=far' PUBLICATION p WITH (connect = false)`)
  await database.administer(`CREATE TABLESPACE big LOCATION '${disk}'`)
  await database.administer(`CREATE TABLE public.large (x integer) TABLESPACE big`)
  await database.administer(`SELECT pg_create_logical_replication_slot('stream', 'pgoutput')`)
  await database.administer(`BEGIN; INSERT INTO public.t VALUES (1); PREPARE TRANSACTION 'half'`)

  const subjects = (list: string[]) => list.map((line) => line.replace(/:.*/, ''))
  const others = /^\d+ other databases \(.*neighbour/
  expect(subjects(await leftOutOf(owner))).toEqual([
    '2 roles (app, reader)',
    '1 tablespace (big)',
    expect.stringMatching(others),
    expect.stringMatching(/^1 extension \(pg_trgm \d.*\)$/),
    '1 unlogged table (public.cache)',
    '1 foreign table (public.away)',
    '1 user mapping (far for app)',
    '1 subscription (sub)',
    '1 replication slot (stream)',
    '1 prepared transaction (half)',
  ])
  expect(await leftOutOf(owner)).toContainEqual(
    expect.stringContaining('everybody but a superuser'),
  )
  expect(await leftOutOf(superuser)).toContainEqual(expect.stringContaining('switched off'))

  // What it says is so.
  await database.administer(
    `ROLLBACK PREPARED 'half'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO app`,
  )
  const schemaFor = (connection: Connection) => dumpSchema({ ...server, connection })
  expect(await schemaFor(owner)).not.toMatch(/CREATE SUBSCRIPTION|S3CRET|CREATE ROLE/)
  expect(await schemaFor(superuser)).toMatch(/S3CRET.*CREATE SUBSCRIPTION/s)
  await database.administer(`SELECT pg_drop_replication_slot('stream')`)
  expect(await leftOutOf(owner)).not.toContainEqual(expect.stringContaining('stream'))
})

test('a long list is cut and counted', async () => {
  const database = await server.createDatabase()
  await database.administer(`DO $$ BEGIN FOR i IN 1..25 LOOP
    EXECUTE format('CREATE UNLOGGED TABLE public.u%s (x integer)', i); END LOOP; END $$`)
  expect(await leftOutOf(database.owner)).toContainEqual(
    expect.stringMatching(/^25 unlogged tables \(public\.u1, public\.u10, .*, and 15 more\): /),
  )
})
