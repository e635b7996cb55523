import { open } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  assertReadable,
  beginFingerprint,
  compareFingerprints,
  dumpDatabase,
  exportSnapshot,
  type Filters,
  type Fingerprint,
  openSession,
  parsePatterns,
  selectDumped,
  takeFingerprint,
} from '../src/index.ts'
import { restore, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const nothing: Filters = { schemas: [], excludeTables: [], excludeTableData: [] }

async function select({ owner: connection }: TestDatabase, filters: Partial<Filters>) {
  const { toolchain, processes } = server
  return selectDumped({ toolchain, connection, processes }, { ...nothing, ...filters })
}

/** Dumps what the filters leave in, restores it and takes the fingerprint of what came. */
async function comeBack({ owner: connection }: TestDatabase, filters: Partial<Filters>) {
  const { toolchain, processes } = server
  await using place = await scratch()
  const expected = await (async (): Promise<Fingerprint> => {
    await using snapshot = await exportSnapshot(toolchain.psql, connection, processes)
    const reading = { toolchain, connection, snapshot, processes }
    const selection = await selectDumped(reading, { ...nothing, ...filters })
    const order = { ...reading, selection }
    await using fingerprint = await beginFingerprint({ ...order, sessions: 2 })
    await using file = await open(place.archive, 'w')
    await dumpDatabase(order, file).succeeded
    return await fingerprint.finish()
  })()
  await using restored = await restore(server, expected, place.archive)
  const found = await takeFingerprint({
    ...{ toolchain, processes, connection: restored.superuser, sessions: 2 },
  })
  return { expected, found, differences: compareFingerprints(expected, found) }
}

async function shop(): Promise<TestDatabase> {
  const database = await server.createDatabase()
  await database.administer('CREATE EXTENSION hstore')
  await database.execute(`
    CREATE SCHEMA "My Schema"; CREATE SCHEMA audit;
    CREATE TABLE customer (id serial PRIMARY KEY, attributes hstore);
    INSERT INTO customer (attributes) SELECT 'a=>b' FROM generate_series(1, 20);
    CREATE TABLE bill (id int GENERATED ALWAYS AS IDENTITY, customer int REFERENCES customer);
    INSERT INTO bill (customer) SELECT i FROM generate_series(1, 10) AS i;
    CREATE TABLE session (id bigserial PRIMARY KEY, token text);
    INSERT INTO session (token) SELECT md5(i::text) FROM generate_series(1, 1000) AS i;
    CREATE TABLE "My Schema"."A, ""B"" c.d" (x int); INSERT INTO "My Schema"."A, ""B"" c.d" VALUES (1);
    CREATE TABLE audit.entry (x int); INSERT INTO audit.entry VALUES (1);
    CREATE FUNCTION audit.note() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE MATERIALIZED VIEW richest AS SELECT * FROM bill;
    CREATE VIEW bills AS SELECT * FROM bill;
    CREATE TABLE event (day int, what text) PARTITION BY RANGE (day);
    CREATE TABLE event_old PARTITION OF event FOR VALUES FROM (0) TO (10);
    CREATE TABLE event_new PARTITION OF event FOR VALUES FROM (10) TO (20);
    INSERT INTO event SELECT i, 'x' FROM generate_series(1, 19) AS i;
    CREATE SEQUENCE loose; SELECT setval('loose', 77);
    SELECT lo_from_bytea(0, 'a large object');`)
  return database
}

const rowsOf = ({ tables }: Fingerprint) =>
  Object.fromEntries(tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]))
const namesOf = (list: readonly { schema: string; name: string; kind: string }[] = []) =>
  list.map(({ schema, name, kind }) => `${kind} ${schema}.${name}`)

test('without a filter, nothing is said to be left out', async () => {
  expect(await select(await shop(), {})).toBeUndefined()
})

test('tables that are left out are neither expected nor restored, and are named', async () => {
  const { expected, found, differences } = await comeBack(await shop(), {
    excludeTables: ['sess*', '"My Schema"."A, ""B"" c.d"', 'event_old'],
  })
  expect(differences).toEqual([])
  expect(namesOf(expected.leftOut?.relations)).toEqual([
    'table My Schema.A, "B" c.d',
    'table public.event_old',
    'table public.session',
    'sequence public.session_id_seq',
  ])
  expect(expected.leftOut?.rows).toEqual([])
  expect(rowsOf(found)).toEqual({
    'audit.entry': '1',
    'public.bill': '10',
    'public.customer': '20',
    'public.event_new': '10',
    'public.richest': '10',
  })
})

test('a sequence whose table is left out by its exact name stays, and is expected', async () => {
  const { found, expected, differences } = await comeBack(await shop(), {
    excludeTables: ['public.session'],
  })
  expect(differences).toEqual([])
  expect(namesOf(expected.leftOut?.relations)).toEqual(['table public.session'])
  expect(found.sequences.map(({ name }) => name)).toContain('session_id_seq')
})

test('rows that are left out are expected to be missing: of tables, sequences and views', async () => {
  const { expected, found, differences } = await comeBack(await shop(), {
    excludeTableData: ['session', 'session_id_seq', 'loose', 'richest', 'event_*'],
  })
  expect(differences).toEqual([])
  expect(namesOf(expected.leftOut?.rows)).toEqual([
    'table public.event_new',
    'table public.event_old',
    'sequence public.loose',
    'materialized view public.richest',
    'table public.session',
    'sequence public.session_id_seq',
  ])
  expect(expected.leftOut?.relations).toEqual([])
  expect(rowsOf(found)).toMatchObject({ 'public.session': '0', 'public.event_old': '0' })
  expect(rowsOf(found)).not.toHaveProperty('public.richest')
  expect(found.unseen.unpopulatedViews).toEqual(['public.richest'])
  expect(found.sequences.find(({ name }) => name === 'loose')?.before).toEqual({
    lastValue: '1',
    isCalled: false,
  })
})

test('rows of a partitioned table stay unless its partitions are named: pg_dump goes by name', async () => {
  const selection = await select(await shop(), { excludeTableData: ['event'] })
  expect(selection?.leftOut.rows).toEqual([])
})

test('of the schemas that are asked for, everything comes, with extensions and large objects', async () => {
  const { expected, found, differences } = await comeBack(await shop(), { schemas: ['pub*'] })
  expect(differences).toEqual([])
  expect(expected.leftOut?.schemas).toEqual(['My Schema', 'audit'])
  expect(namesOf(expected.leftOut?.relations)).toEqual([
    'table My Schema.A, "B" c.d',
    'table audit.entry',
  ])
  expect(found.largeObjects.count).toBe('1')
  expect(found.extensions.map(({ name }) => name)).toContain('hstore')
  expect(found.schema).not.toContain('audit')
})

test('a schema with capitals and blanks can be asked for, and public left out', async () => {
  const { found, differences } = await comeBack(await shop(), { schemas: ['"My Schema"', 'audit'] })
  expect(differences).toEqual([])
  expect(Object.keys(rowsOf(found))).toEqual(['My Schema.A, "B" c.d', 'audit.entry'])
})

test.each<[string, Partial<Filters>]>([
  ['schemas', { schemas: ['public', 'nix'] }],
  ['exclude-tables', { excludeTables: ['session', 'nix'] }],
  ['exclude-table-data', { excludeTableData: ['nix'] }],
])('a pattern in %s that matches nothing is an error, not a surprise', async (_, filters) => {
  await expect(select(await shop(), filters)).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: expect.stringMatching(/no matching (schemas|tables) were found for pattern "nix"/),
    hint: expect.stringContaining('Correct that pattern'),
  })
})

describe('what could not be restored is refused before the dump', () => {
  const cases: [string, string, Partial<Filters>, RegExp][] = [
    [
      'a foreign key to a table that is left out',
      '',
      { excludeTables: ['customer'] },
      /constraint bill_customer_fkey on table public\.bill needs table public\.customer/,
    ],
    [
      'a foreign key to rows that are left out',
      '',
      { excludeTableData: ['customer'] },
      /constraint bill_customer_fkey on table public\.bill needs the rows of public\.customer/,
    ],
    [
      'a view of a table that is left out',
      '',
      { excludeTables: ['bill'] },
      /on view public\.bills needs table public\.bill(;|\.)/,
    ],
    [
      'a default from a sequence that is left out',
      "ALTER TABLE session ADD number bigint DEFAULT nextval('loose');",
      { excludeTables: ['loose'] },
      /default value for column number of table public\.session needs sequence public\.loose/,
    ],
    [
      'partitions whose parent is left out',
      '',
      { excludeTables: ['event'] },
      /table public\.event_new needs table public\.event(;|\.)/,
    ],
    [
      'a trigger whose function is in a schema that is left out',
      `CREATE FUNCTION audit.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER watch BEFORE INSERT ON bill FOR EACH ROW EXECUTE FUNCTION audit.t();`,
      { schemas: ['public'] },
      /trigger watch on table public\.bill needs function audit\.t\(\)/,
    ],
    [
      'a column whose type is in a schema that is left out',
      `CREATE TYPE audit.level AS ENUM ('low'); ALTER TABLE session ADD level audit.level;`,
      { schemas: ['public'] },
      /table public\.session needs type audit\.level/,
    ],
  ]
  test.each(cases)('%s', async (_, sql, filters, reason) => {
    const database = await shop()
    if (sql !== '') await database.execute(sql)
    await expect(select(database, filters)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(reason),
    })
  })

  test('an extension whose schema is left out', async () => {
    const database = await server.createDatabase()
    await database.administer(
      'CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE t (x int)',
    )
    await expect(
      select({ ...database, owner: database.superuser }, { schemas: ['public'] }),
    ).rejects.toThrow(/extension hstore needs schema tools/)
  })
})

test('what is left out need not be readable', async () => {
  const database = await shop()
  await database.administer(`
    CREATE TABLE secret (x int); REVOKE ALL ON secret FROM PUBLIC;
    ALTER TABLE bill ENABLE ROW LEVEL SECURITY; ALTER TABLE bill FORCE ROW LEVEL SECURITY`)
  const { toolchain, processes } = server
  const readable = async (filters: Partial<Filters>) => {
    const selection = await select(database, filters)
    await using session = await openSession(toolchain.psql, database.owner, processes)
    await assertReadable(session, { omission: selection?.omission })
  }
  await expect(readable({})).rejects.toThrow(/table public\.secret, row level security/)
  await readable({ excludeTables: ['secret'], excludeTableData: ['bill'] })
})

test('filters that leave no table in are refused', async () => {
  const database = await server.createDatabase()
  await database.execute('CREATE TABLE only_one (x int)')
  const { toolchain, processes } = server
  const selection = await select(database, { excludeTables: ['only_one'] })
  await using session = await openSession(toolchain.psql, database.owner, processes)
  await expect(assertReadable(session, { omission: selection?.omission })).rejects.toMatchObject({
    code: 'DATABASE_EMPTY',
    message: expect.stringContaining('no table that the filters leave in'),
  })
})

test('patterns are one per line or separated by commas, and quotes keep a name together', () => {
  expect(parsePatterns(' public.a*,audit.log\r\n\n"My, ""Table"" x"."y z",\nb c ', 'x')).toEqual([
    'public.a*',
    'audit.log',
    '"My, ""Table"" x"."y z"',
    'b c',
  ])
  expect(parsePatterns('', 'x')).toEqual([])
  expect(() => parsePatterns('a, "b', 'exclude-tables')).toThrow(
    "A double quote in 'exclude-tables' is not closed.",
  )
})
