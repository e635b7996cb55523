import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fillSample, startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { compareFingerprints, exportSnapshot, openSession, takeFingerprint } from '../src/index.ts'
import { backUp, restore, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const hostileSettings = `
  ALTER DATABASE current SET DateStyle = 'SQL, DMY';
  ALTER DATABASE current SET TimeZone = 'Asia/Kolkata';
  ALTER DATABASE current SET extra_float_digits = -5;
  ALTER DATABASE current SET bytea_output = 'escape';
  ALTER DATABASE current SET IntervalStyle = 'iso_8601';
  ALTER DATABASE current SET xmlbinary = 'hex';
  ALTER DATABASE current SET standard_conforming_strings = off;
  ALTER DATABASE current SET quote_all_identifiers = on;
  ALTER DATABASE current SET search_path = 'elsewhere', public;
  ALTER DATABASE current SET default_transaction_read_only = on;
  ALTER DATABASE current SET statement_timeout = '60s';`

async function everyType() {
  const database = await server.createDatabase()
  await database.execute(await readFile(join(import.meta.dirname, 'every-type.sql'), 'utf8'))
  return database
}

async function comeBack(database: Awaited<ReturnType<TestServer['createDatabase']>>) {
  await using place = await scratch()
  const expected = await backUp(server, database, place.archive)
  await using restored = await restore(server, expected, place.archive)
  const { toolchain, processes } = server
  const found = await takeFingerprint({
    toolchain,
    connection: restored.superuser,
    processes,
    sessions: 2,
  })
  return { expected, found, report: restored, differences: compareFingerprints(expected, found) }
}

test('every type, table and name comes back as it was', async () => {
  const { expected, differences } = await comeBack(await everyType())

  expect(differences).toEqual([])
  const rows = Object.fromEntries(expected.tables.map(({ name, rows }) => [name, rows]))
  expect(rows).toMatchObject({
    every_type: '4',
    no_columns: '2',
    nothing_in_it: '0',
    parent: '1',
    child: '1',
    events_2024: '1',
    guarded: '30',
    unlogged: '1',
    summed: '2',
  })
  expect(rows).not.toHaveProperty('events')
  expect(expected.largeObjects.count).toBe('2')
})

test('settings of the database change nothing, and come back too', async () => {
  const database = await everyType()
  const { owner: connection, name } = database
  const { toolchain, processes } = server
  const order = { toolchain, connection, processes, sessions: 1 }
  const before = await takeFingerprint(order)
  await database.execute(hostileSettings.replaceAll('current', `"${name}"`))
  const after = await takeFingerprint(order)
  expect(after.tables).toEqual(before.tables)

  const { differences, report } = await comeBack(database)
  expect(report.warnings).toEqual([])
  expect(differences).toEqual([])
})

test('the sample journal comes back', async () => {
  const database = await server.createDatabase()
  await fillSample(server, database.owner, { rows: 5000, seed: 3 })
  const { differences, report } = await comeBack(database)
  expect(differences).toEqual([])
  expect(report.leftOut).toEqual([])
})

test('a database in another encoding and with an odd name comes back', async () => {
  const database = await server.createDatabase({
    name: `it's a "name" = \\ 'x' ${Date.now().toString(36)}`,
    more: "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
  })
  await database.execute("CREATE TABLE words (w text); INSERT INTO words VALUES ('naïve'), ('ÿ')")
  const { expected, differences } = await comeBack(database)
  expect(expected.server.encoding).toBe('LATIN1')
  expect(differences).toEqual([])
})

test('objects of several owners, with their privileges, come back without a superuser', async () => {
  const database = await server.createDatabase()
  const { user } = database.owner
  await database.administer(`
    CREATE ROLE "Schema Owner"; CREATE ROLE writer_${user}; CREATE ROLE reader_${user};
    GRANT "Schema Owner", writer_${user} TO ${user};
    CREATE SCHEMA extensions; CREATE EXTENSION hstore SCHEMA extensions;
    GRANT USAGE ON SCHEMA extensions TO PUBLIC;
    CREATE SCHEMA shop AUTHORIZATION "Schema Owner";
    CREATE TABLE shop.customer (id integer PRIMARY KEY, attributes extensions.hstore);
    CREATE TABLE shop.bill (customer integer REFERENCES shop.customer);
    INSERT INTO shop.customer VALUES (1, 'a=>b'); INSERT INTO shop.bill VALUES (1);
    ALTER TABLE shop.customer OWNER TO writer_${user};
    ALTER TABLE shop.bill OWNER TO ${user};
    CREATE TABLE public.of_writer (x integer); ALTER TABLE public.of_writer OWNER TO writer_${user};
    GRANT SELECT ON shop.customer TO reader_${user}; GRANT USAGE ON SCHEMA shop TO ${user};
    GRANT ALL ON ALL TABLES IN SCHEMA shop TO ${user};
    GRANT INSERT (x) ON public.of_writer TO reader_${user};
    REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO reader_${user};
    -- Up to PostgreSQL 14 the schema is not of the database's owner.
    GRANT USAGE ON SCHEMA public TO ${user}; COMMENT ON SCHEMA public IS 'ours';
    ALTER DEFAULT PRIVILEGES FOR ROLE writer_${user} IN SCHEMA shop GRANT SELECT ON TABLES TO reader_${user};
    CREATE FUNCTION shop.f() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    ALTER FUNCTION shop.f() OWNER TO writer_${user}; REVOKE ALL ON FUNCTION shop.f() FROM PUBLIC`)
  const { differences, report } = await comeBack(database)
  expect(differences).toEqual([])
  expect(report.leftOut).toEqual(['EXTENSION hstore', 'COMMENT EXTENSION hstore'])
})

test('what only a superuser can make is left out, said so, and does not fail the restore', async () => {
  const database = await server.createDatabase()
  await database.administer(`
    CREATE TABLE t (x integer PRIMARY KEY); ALTER TABLE t OWNER TO ${database.owner.user};
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION watch();
    COMMENT ON EVENT TRIGGER watcher IS 'watches';
    CREATE PUBLICATION everything FOR ALL TABLES`)
  const { differences, report } = await comeBack(database)
  expect(report.leftOut).toEqual([
    expect.stringMatching(/^PUBLICATION everything/),
    expect.stringMatching(/^EVENT TRIGGER watcher/),
    expect.stringMatching(/^COMMENT EVENT TRIGGER watcher/),
  ])
  expect(differences.filter(({ severity }) => severity === 'failure')).toEqual([])
})

test('sessions that write while the dump runs do not spoil the comparison', async () => {
  const database = await server.createDatabase()
  await database.execute(`CREATE TABLE busy (id bigserial, x text);
    INSERT INTO busy (x) SELECT repeat('x', 500) FROM generate_series(1, 20000)`)
  const { toolchain, processes } = server
  const writing = new AbortController()
  const writer = (async () => {
    await using session = await openSession(toolchain.psql, database.owner, processes)
    while (!writing.signal.aborted) {
      await session.execute(
        "INSERT INTO public.busy (x) VALUES ('late'); UPDATE public.busy SET x = 'y' WHERE id = 5",
      )
    }
  })()
  const { differences } = await comeBack(database)
  writing.abort()
  await writer
  expect(differences).toEqual([])
})

test('a thousand tables are fingerprinted in seconds', async () => {
  const database = await server.createDatabase()
  await database.execute(`DO $$ BEGIN
    FOR i IN 1..1000 LOOP
      EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, x text)', i);
      EXECUTE format('INSERT INTO t%s (x) SELECT md5(i::text) FROM generate_series(1, 10) AS i', i);
    END LOOP; END $$`)
  const { toolchain, processes } = server
  const started = performance.now()
  const { tables, sequences } = await takeFingerprint({
    toolchain,
    connection: database.owner,
    processes,
    sessions: 2,
  })
  expect(tables).toHaveLength(1000)
  expect(sequences).toHaveLength(1000)
  expect(performance.now() - started).toBeLessThan(20_000)
})

test('a big table that several sessions hash in slices has the hash of the whole, row for row', async () => {
  const database = await server.createDatabase()
  // Four slices of 16 MiB; the first rows are gone, and the last block is hardly filled.
  await database.execute(`CREATE TABLE big (id int, line text);
    INSERT INTO big SELECT i, repeat(md5(i::text), 20) FROM generate_series(1, 80000) AS i;
    DELETE FROM big WHERE id <= 100`)
  const { toolchain, processes } = server
  const order = { toolchain, processes, connection: database.owner }
  await using session = await openSession(toolchain.psql, database.owner, processes)
  const [size] = await session.query<{ blocks: number }>(
    "SELECT pg_relation_size('public.big') / 8192 AS blocks",
  )
  expect(size?.blocks).toBeGreaterThan(3 * 2048)
  const inSlices = async () => (await takeFingerprint({ ...order, sessions: 3 })).tables
  const whole = async () => {
    await using snapshot = await exportSnapshot(toolchain.psql, order.connection, processes)
    return (await takeFingerprint({ ...order, snapshot, sessions: 1 })).tables
  }
  const before = await whole()
  expect(await inSlices()).toEqual(before)
  expect(before[0]?.rows).toBe('79900')
  for (const id of [101, 20_000, 40_000, 60_000, 80_000]) {
    await database.execute(`UPDATE big SET line = 'x' WHERE id = ${id}`)
  }
  const after = await whole()
  expect(await inSlices()).toEqual(after)
  expect(after[0]?.hash).not.toEqual(before[0]?.hash)
})
