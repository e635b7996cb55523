import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { unprivilegedIdentity } from '@recovery-playbook/host'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import {
  type Fingerprint,
  findDifferingRows,
  openSession,
  restoreDatabase,
  type RestoreReport,
  startThrowaway,
} from '../src/index.ts'
import { backUp, scratch } from './round-trip.ts'

const stack = new AsyncDisposableStack()
let server: TestServer
let fingerprint: Fingerprint
let order: Parameters<typeof findDifferingRows>[0]
let restored: RestoreReport

beforeAll(async () => {
  server = stack.use(await startTestServer())
  const database = await server.createDatabase()
  await database.execute(`
    CREATE TYPE mood AS ENUM ('low', 'high');
    CREATE TABLE users (id integer PRIMARY KEY, email text, mood mood, note text);
    INSERT INTO users SELECT n, n || '@private.example', 'low', NULL FROM generate_series(1, 5000) AS n;
    CREATE TABLE "odd
name" ("a""b" text NOT NULL, "t" numeric NOT NULL, more xml, UNIQUE ("t", "a""b"));
    INSERT INTO "odd
name" VALUES ('x', 1.0, '<a/>'), ('y', 2, NULL), ('z', 3, NULL);
    CREATE TABLE bare (x integer, y text);
    INSERT INTO bare VALUES (1, 'a'), (1, 'a'), (1, 'a'), (2, NULL), (2, '');
    CREATE TABLE columnless ();
    INSERT INTO columnless DEFAULT VALUES; INSERT INTO columnless DEFAULT VALUES;
    CREATE TABLE events (day date, what text) PARTITION BY RANGE (day);
    CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO events VALUES ('2025-05-05', 'a'), ('2026-05-05', 'b'), ('2026-06-06', 'c');
    CREATE TABLE guarded (id integer PRIMARY KEY, v text);
    INSERT INTO guarded SELECT n, 'v' FROM generate_series(1, 30) AS n;
    ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON bare FOR EACH ROW EXECUTE FUNCTION refuse()`)
  const { archive } = stack.use(await scratch())
  fingerprint = await backUp(server, { owner: database.superuser }, archive)
  const { toolchain, processes } = server
  const cluster = stack.use(
    await startThrowaway({
      ...{ toolchain, processes, parentDirectory: tmpdir() },
      identity: unprivilegedIdentity(),
    }),
  )
  order = { cluster, fingerprint, archive, jobs: 2, processes }
  restored = await restoreDatabase(order)
})
afterAll(() => stack.disposeAsync())

/** What is told of a table after the restored copy, and it alone, was damaged; then it is mended. */
async function toldAfter(name: string, sql: string, keys = 0) {
  const table = fingerprint.tables.find((one) => one.name === name)
  if (table === undefined) throw new Error(`no table ${name}`)
  await using session = await openSession(
    server.toolchain.psql,
    restored.superuser,
    server.processes,
  )
  const quoted = `"${name}"`
  await session.execute(`SET search_path = public; SET session_replication_role = replica;
    CREATE TABLE kept AS TABLE ${quoted}; ${sql}`)
  try {
    const [told] = await findDifferingRows(order, restored, [table], keys)
    return told?.rows
  } finally {
    await session.execute(
      `TRUNCATE ${quoted}; INSERT INTO ${quoted} SELECT * FROM kept; DROP TABLE kept`,
    )
  }
}

const none = { missing: '0', added: '0', changed: '0', columns: [], keys: [] }

test('rows that are missing, added and changed are counted, and the columns named', async () => {
  const damage = `DELETE FROM users WHERE id IN (7, 8, 9);
    INSERT INTO users VALUES (9001, 'x', 'high', ''), (9002, 'y', 'low', NULL);
    UPDATE users SET note = '' WHERE id BETWEEN 20 AND 23; UPDATE users SET mood = 'high' WHERE id = 20`
  expect(await toldAfter('users', damage)).toEqual({
    missing: '3',
    added: '2',
    changed: '4',
    columns: [
      { name: 'note', rows: '4' },
      { name: 'mood', rows: '1' },
    ],
    key: ['id'],
    keys: [],
  })
})

test('keys are named only when they are asked for, and values never', async () => {
  const damage = `DELETE FROM users WHERE id = 7; UPDATE users SET email = 'changed' WHERE id = 8`
  const told = await toldAfter('users', damage, 20)
  expect(told).toMatchObject({
    keys: [
      { key: '(8)', what: 'changed' },
      { key: '(7)', what: 'missing' },
    ],
  })
  expect(JSON.stringify(told)).not.toMatch(/private|changed'/)
})

test('no more keys are named than were asked for', async () => {
  const told = await toldAfter('users', 'DELETE FROM users WHERE id > 100', 20)
  expect(told).toMatchObject({ missing: '4900', keys: { length: 20 } })
})

test('a key that a damaged table has twice is an added row', async () => {
  const damage = `ALTER TABLE users DROP CONSTRAINT users_pkey;
    ALTER TABLE users ADD UNIQUE (id, email); ALTER TABLE users ALTER email SET NOT NULL;
    INSERT INTO users VALUES (4, 'other', 'low', NULL)`
  expect(await toldAfter('users', damage)).toMatchObject({ missing: '0', added: '1', changed: '0' })
})

test('a unique index over columns that are never null stands in for a primary key', async () => {
  const name = 'odd\nname'
  expect(await toldAfter(name, `UPDATE "${name}" SET more = '<b/>' WHERE t = 3`)).toEqual({
    ...none,
    changed: '1',
    columns: [{ name: 'more', rows: '1' }],
    key: ['t', 'a"b'],
  })
})

test('rows of a table without a key are told apart by all of their columns, twins counted', async () => {
  const damage = `DELETE FROM bare WHERE ctid = (SELECT min(ctid) FROM bare WHERE x = 1);
    UPDATE bare SET y = NULL WHERE y = ''`
  expect(await toldAfter('bare', damage)).toEqual({ ...none, missing: '2', added: '1', key: [] })
})

test('a table without columns has rows that can be missing', async () => {
  const damage = 'DELETE FROM columnless WHERE ctid = (SELECT min(ctid) FROM columnless)'
  expect(await toldAfter('columnless', damage)).toEqual({ ...none, missing: '1', key: [] })
})

test('a partition is told by itself', async () => {
  const damage = "UPDATE events_2026 SET what = 'x' WHERE what = 'c'"
  expect(await toldAfter('events_2026', damage)).toMatchObject({ missing: '1', added: '1' })
})

test('row security hides no missing row', async () => {
  expect(await toldAfter('guarded', 'DELETE FROM guarded WHERE id > 9')).toMatchObject({
    missing: '21',
  })
})

test('when both restores agree, no row is blamed', async () => {
  expect(await toldAfter('bare', 'SELECT 1')).toEqual({ ...none, key: [] })
})

test('a second restore that fails takes no verdict away: the reason is told', async () => {
  const [users] = fingerprint.tables
  if (users === undefined) throw new Error('no table')
  const broken = { ...order, archive: '/nonexistent' }
  const [told] = await findDifferingRows(broken, restored, [users], 0)
  expect(told?.rows).toMatch(/^the second restore failed: pg_restore ended with/)
})
