import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import {
  checkIndexes,
  type Connection,
  compareFingerprints,
  type Difference,
  type Fingerprint,
  openSession,
  type Session,
  takeFingerprint,
} from '../src/index.ts'
import { backUp, type Restored, restore, type Scratch, scratch } from './round-trip.ts'

const read = (name: string) => readFile(join(import.meta.dirname, name), 'utf8')

const opened = new AsyncDisposableStack()
let server: TestServer
let place: Scratch
let expected: Fingerprint
let restored: Restored
beforeAll(async () => {
  server = opened.use(await startTestServer())
  place = opened.use(await scratch())
  const source = await server.createDatabase()
  await source.administer(await read('every-kind.sql'))
  expected = await backUp(server, { owner: source.superuser }, place.archive)
  restored = opened.use(await restore(server, expected, place.archive))
})
afterAll(() => opened.disposeAsync())

const fingerprintOf = (connection: Connection) =>
  takeFingerprint({ ...server, connection, sessions: 1 })

const isFailure = ({ severity }: Difference) => severity === 'failure'

test('every kind of object comes back, and what only a superuser can make is listed', async () => {
  const differences = compareFingerprints(expected, await fingerprintOf(restored.superuser))
  expect(differences.filter(isFailure)).toEqual([])
  expect(differences.map(({ object }) => object)).toEqual([
    'publication customers',
    'publication table shop.customers customer',
    'event trigger watcher',
  ])
  const extensions = ['btree_gist', 'pg_trgm', 'postgres_fdw'].map((name) => `EXTENSION ${name}`)
  expect(restored.leftOut).toEqual([
    ...extensions.flatMap((one) => [one, `COMMENT ${one}`]),
    expect.stringMatching(/^PUBLICATION customers /),
    expect.stringMatching(/^PUBLICATION TABLE customers customer /),
    expect.stringMatching(/^EVENT TRIGGER watcher /),
  ])
  expect(restored.warnings).toEqual([])
})

test('its indexes are all in order, and looking into them leaves nothing behind', async () => {
  const before = await fingerprintOf(restored.superuser)
  const found = await checkIndexes({ ...server, ...restored, sessions: 2 })
  expect(found).toEqual({ checked: 48, corrupt: [], unchecked: [], others: 6 })
  expect(await fingerprintOf(restored.superuser)).toEqual(before)
})

interface Mutation {
  readonly name: string
  readonly object: string
  readonly aspect: string
  readonly sql: string
}

const mutations = (await read('every-kind-mutations.sql'))
  .split(/^-- (?=.* => .*: .*$)/m)
  .slice(1)
  .map((text): Mutation => {
    const [, name = '', object = '', aspect = '', sql = ''] =
      /^(.*?) => (.*): (.*?)\n([^]*)$/.exec(text) ?? []
    return { name, object: object.replaceAll('\\n', '\n'), aspect, sql }
  })

const inDatabase = (database: string): Connection => {
  const { superuser } = restored
  return { ...superuser, database, environment: { ...superuser.environment, PGDATABASE: database } }
}

const openIn = (database: string) =>
  openSession(server.toolchain.psql, inDatabase(database), server.processes)

/** What a copy of the restored database differs in after some SQL. */
async function differencesAfter(
  maintenance: Session,
  copy: string,
  sql: string,
): Promise<Difference[]> {
  await maintenance.execute(`CREATE DATABASE ${copy} TEMPLATE "${restored.database}"`)
  try {
    {
      await using session = await openIn(copy)
      await session.execute(`SET session_replication_role = replica;
        SET allow_system_table_mods = on;\n${sql}`)
    }
    return compareFingerprints(expected, await fingerprintOf(inDatabase(copy)))
  } finally {
    await maintenance.execute(`DROP DATABASE ${copy} WITH (FORCE)`)
  }
}

test('there are more than sixty different ones', () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length)
  expect(mutations.length).toBeGreaterThan(60)
})

describe('of a copy', () => {
  const outcomes = new Map<Mutation, unknown>()
  beforeAll(async () => {
    const queue = mutations.values()
    const work = async (copy: string) => {
      await using maintenance = await openIn('postgres')
      for (const mutation of queue) {
        const outcome = differencesAfter(maintenance, copy, mutation.sql).catch(
          (error: unknown) => error,
        )
        outcomes.set(mutation, await outcome)
      }
    }
    await Promise.all(['one_copy', 'another_copy'].map(work))
  }, 240_000)

  test.each(mutations)('$name: $object is named', (mutation) => {
    const { object, aspect } = mutation
    expect(outcomes.get(mutation)).toContainEqual(
      expect.objectContaining({ object, aspect, severity: 'failure' }),
    )
  })
})

const naked = `CREATE TABLE public.words (word text); INSERT INTO public.words VALUES ('known');
  CREATE FUNCTION public.is_known(candidate text) RETURNS boolean LANGUAGE sql IMMUTABLE
    AS 'SELECT EXISTS (SELECT FROM words WHERE word = candidate)';`

test.each([
  [
    'a check',
    `CREATE TABLE trapped (w text CHECK (is_known(w))); INSERT INTO trapped VALUES ('known')`,
  ],
  ['a materialized view', `CREATE MATERIALIZED VIEW trapped AS SELECT is_known('known')`],
])('%s that only its search path made work is told clearly, with the remedy', async (_, sql) => {
  await using alone = await scratch()
  const source = await server.createDatabase()
  await source.execute(naked + sql)
  const fingerprint = await backUp(server, source, alone.archive)
  await expect(restore(server, fingerprint, alone.archive)).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringMatching(/relation "words" does not exist/),
    hint: expect.stringContaining('ALTER FUNCTION … SET search_path'),
  })
})

test('an index that only its search path made work stops the export, with the remedy', async () => {
  await using alone = await scratch()
  const source = await server.createDatabase()
  await source.execute(`${naked} CREATE TABLE trapped (w text); INSERT INTO trapped VALUES ('known');
    CREATE INDEX ON trapped (is_known(w))`)
  await expect(backUp(server, source, alone.archive)).rejects.toMatchObject({
    message: expect.stringMatching(/relation "words" does not exist/),
    hint: expect.stringContaining('ALTER FUNCTION … SET search_path'),
  })
})
