import { open } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Failure } from '@recovery-playbook/failure'
import {
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  assertReadable,
  type Connection,
  dumpDatabase,
  exportSnapshot,
  openSession,
} from '../src/index.ts'
import { backUp, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

async function readable(connection: Connection): Promise<void> {
  await using session = await openSession(server.toolchain.psql, connection, server.processes)
  await assertReadable(session)
}

async function obstaclesOf(database: TestDatabase): Promise<Failure> {
  const outcome: unknown = await readable(database.owner).catch((error: unknown) => error)
  if (outcome instanceof Failure) return outcome
  throw new Error('everything can be read')
}

async function exported(database: TestDatabase): Promise<void> {
  await using place = await scratch()
  await backUp(server, database, place.archive)
}

/** pg_dump alone: the fingerprint may be stricter. */
async function dumped({ owner: connection }: TestDatabase): Promise<void> {
  const { toolchain, processes } = server
  await using place = await scratch()
  await using snapshot = await exportSnapshot(toolchain.psql, connection, processes)
  const order = { toolchain, connection, snapshot, processes }
  await using file = await open(place.archive, 'w')
  await dumpDatabase(order, file).succeeded
}

/** A database whose ordinary role owns one table. */
async function withOneTable(): Promise<TestDatabase> {
  const database = await server.createDatabase()
  await database.execute('CREATE TABLE mine (x integer)')
  return database
}

/** One obstacle each, made by an administrator. */
const obstacles: Record<string, [sql: string, what: RegExp]> = {
  'a table': ['CREATE TABLE theirs (x integer)', /SELECT on table public\.theirs\.$/],
  'a partitioned table': [
    `CREATE TABLE theirs (x integer) PARTITION BY LIST (x);
     CREATE TABLE one PARTITION OF theirs FOR VALUES IN (1); GRANT SELECT ON one TO PUBLIC`,
    /: SELECT on table public\.theirs\.$/,
  ],
  'a partition': [
    `CREATE TABLE theirs (x integer) PARTITION BY LIST (x); GRANT SELECT ON theirs TO PUBLIC;
     CREATE TABLE one PARTITION OF theirs FOR VALUES IN (1)`,
    /: SELECT on table public\.one\.$/,
  ],
  'a table of which single columns may be read': [
    'CREATE TABLE theirs (a integer, b integer); GRANT SELECT (a, b) ON theirs TO PUBLIC',
    /SELECT on table public\.theirs/,
  ],
  'an unlogged table': ['CREATE UNLOGGED TABLE theirs (x integer)', /table public\.theirs/],
  'a sequence': ['CREATE SEQUENCE theirs', /SELECT on sequence public\.theirs/],
  'a materialized view': [
    'CREATE MATERIALIZED VIEW theirs AS SELECT 1 AS x',
    /SELECT on materialized view public\.theirs/,
  ],
  'a schema': [
    `CREATE SCHEMA "clo""sed $role"; CREATE TABLE "clo""sed $role".t (x integer);
     GRANT SELECT ON ALL TABLES IN SCHEMA "clo""sed $role" TO PUBLIC`,
    /: USAGE on schema "clo""sed \$role"\.$/,
  ],
  'a filtered table': [
    `CREATE TABLE theirs (x integer); GRANT SELECT ON theirs TO PUBLIC;
     ALTER TABLE theirs ENABLE ROW LEVEL SECURITY`,
    /: row level security of table public\.theirs\.$/,
  ],
  'a table that is filtered for its owner too': [
    'ALTER TABLE mine ENABLE ROW LEVEL SECURITY; ALTER TABLE mine FORCE ROW LEVEL SECURITY',
    /: row level security of table public\.mine\.$/,
  ],
  "a table of an extension's configuration": [
    `CREATE TABLE theirs (x integer); CREATE EXTENSION pg_trgm;
     ALTER EXTENSION pg_trgm ADD TABLE theirs; UPDATE pg_extension
     SET extconfig = ARRAY['theirs'::regclass], extcondition = ARRAY[''] WHERE extname = 'pg_trgm'`,
    /: SELECT on table public\.theirs\.$/,
  ],
  'a large object': [`SELECT lo_from_bytea(77, 'x')`, /: SELECT on large object 77\.$/],
}

test.each(Object.keys(obstacles))(
  '%s that cannot be read is named before the dump, and the statements given let the export pass',
  async (which) => {
    const [sql, what] = obstacles[which] ?? ['', /./]
    const database = await withOneTable()
    await expect(exported(database)).resolves.toBeUndefined()
    await database.administer(`SET search_path = public; ${sql}`)
    await expect(exported(database)).rejects.toBeInstanceOf(Failure)
    const failure = await obstaclesOf(database)
    expect(failure).toMatchObject({
      code: 'PRIVILEGE_MISSING',
      message: expect.stringMatching(what),
    })
    await database.administer(remediesOf(failure, database))
    await expect(readable(database.owner)).resolves.toBeUndefined()
    await expect(exported(database)).resolves.toBeUndefined()
  },
)

function remediesOf({ hint }: Failure, { name }: TestDatabase): string {
  const [, statements] = hint.split(`run in the database '${name}': `)
  return statements ?? 'SELECT no_statement_in_the_hint'
}

test('thousands of obstacles are counted, and few statements mend them all', async () => {
  const database = await withOneTable()
  await database.administer(`DO $$ BEGIN
    FOR place IN 1..12 LOOP
      EXECUTE format('CREATE SCHEMA s%s', place);
      FOR one IN 1..20 LOOP EXECUTE format('CREATE TABLE s%s.t%s (x serial)', place, one); END LOOP;
    END LOOP;
    FOR one IN 1..2000 LOOP PERFORM lo_create(100000 + one); END LOOP; END $$`)
  const failure = await obstaclesOf(database)
  expect(failure.message).toMatch(/and 7 more of these.*and 475 more of these.*and 1995 more/)
  expect(failure.message.length + failure.hint.length).toBeLessThan(1500)
  expect(failure.hint.match(/GRANT/g)).toHaveLength(2)
  await database.administer(remediesOf(failure, database))
  await expect(readable(database.owner)).resolves.toBeUndefined()
  await expect(exported(database)).resolves.toBeUndefined()
})

test.each([
  [
    'policies of a partitioned table, whose partitions are read one by one',
    `CREATE TABLE mine2 (x integer) PARTITION BY LIST (x);
     CREATE TABLE one PARTITION OF mine2 FOR VALUES IN (1); INSERT INTO mine2 VALUES (1);
     ALTER TABLE mine2 ENABLE ROW LEVEL SECURITY; ALTER TABLE mine2 FORCE ROW LEVEL SECURITY;
     GRANT SELECT ON mine2, one TO PUBLIC`,
  ],
  [
    'a foreign table, a view and a function, which hold no rows',
    `CREATE SCHEMA closed; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
     CREATE FOREIGN TABLE closed.f (x integer) SERVER s; CREATE VIEW closed.v AS SELECT 1 AS x;
     CREATE FUNCTION closed.g() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
  ],
  ['large objects that compatibility opens to all', `SELECT lo_from_bytea(78, 'x')`],
])('%s do not stop an export that would pass', async (which, sql) => {
  const database = await withOneTable()
  await database.administer(`SET search_path = public; ${sql}`)
  if (which.includes('compatibility')) {
    await database.administer(`ALTER DATABASE ${database.name} SET lo_compat_privileges = on`)
  }
  await expect(dumped(database)).resolves.toBeUndefined()
  await expect(readable(database.owner)).resolves.toBeUndefined()
  await expect(exported(database)).resolves.toBeUndefined()
})
test('a database without tables is never backed up', async () => {
  const database = await server.createDatabase()
  await database.administer('CREATE EXTENSION pg_stat_statements')
  await expect(readable(database.owner)).rejects.toMatchObject({ code: 'DATABASE_EMPTY' })
})

test('where a message only counts what cannot be read, the log names every single object', async () => {
  const database = await withOneTable()
  await database.administer(`DO $$ BEGIN FOR i IN 1 .. 30 LOOP
    EXECUTE format('CREATE TABLE public.%I (x integer)', 'theirs ' || i); END LOOP; END $$`)
  const { toolchain, processes } = server
  await using session = await openSession(toolchain.psql, database.owner, processes)
  const lines: string[] = []
  const tell = (line: string) => lines.push(line)
  await expect(assertReadable(session, { tell })).rejects.toThrow('and 25 more of these')
  expect(lines).toHaveLength(30)
  expect(lines).toContain('Cannot be read: SELECT on table public."theirs 17"')
})
