import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  fillSample,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  compareFingerprints,
  type Difference,
  type Fingerprint,
  takeFingerprint,
} from '../src/index.ts'

let server: TestServer
let model: TestDatabase
let expected: Fingerprint
beforeAll(async () => {
  server = await startTestServer()
  model = await server.createDatabase()
  await fillSample(server, model.owner, { rows: 2000, seed: 5 })
  await model.administer(`CREATE EXTENSION hstore SCHEMA public;
    CREATE TABLE twins (x integer, y integer); INSERT INTO twins VALUES (1, 2), (1, 2), (3, 4);
    ALTER TABLE twins OWNER TO ${model.owner.user}`)
  expected = await fingerprintOf(model)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const fingerprintOf = ({ superuser: connection }: TestDatabase) =>
  takeFingerprint({ ...server, connection, sessions: 2 })

/** What a copy of the model differs in after some SQL. */
async function differencesAfter(sql: string): Promise<Difference[]> {
  const copy = await server.createDatabase({ more: `TEMPLATE "${model.name}"` })
  await copy.administer(`SET session_replication_role = replica;\n${sql}`)
  const differences = compareFingerprints(expected, await fingerprintOf(copy))
  await model.administer(`DROP DATABASE "${copy.name}" WITH (FORCE)`)
  return differences
}

test('an untouched copy has no difference', async () => {
  expect(await differencesAfter('SELECT 1')).toEqual([])
})

const failures: [what: string, sql: string, object: string, aspect: Difference['aspect']][] = [
  ['a row deleted', 'DELETE FROM journal_mood WHERE id = 7', 'table public.journal_mood', 'rows'],
  [
    'a row added',
    "INSERT INTO journal_prompt VALUES (999, 'x', 'y')",
    'table public.journal_prompt',
    'rows',
  ],
  [
    'one character changed',
    "UPDATE journal_entry SET body = body || ' ' WHERE id = 3",
    'table public.journal_entry',
    'content',
  ],
  [
    'a value that became NULL',
    'UPDATE auth_user SET last_login = NULL WHERE id = (SELECT min(id) FROM auth_user WHERE last_login IS NOT NULL)',
    'table public.auth_user',
    'content',
  ],
  [
    'a microsecond',
    "UPDATE journal_mood SET felt_at = felt_at + interval '1 us' WHERE id = 1",
    'table public.journal_mood',
    'content',
  ],
  [
    'a row duplicated in place of another',
    'UPDATE twins SET x = 1, y = 2 WHERE x = 3',
    'table public.twins',
    'content',
  ],
  [
    'two values swapped between rows',
    'UPDATE twins SET y = CASE x WHEN 1 THEN 4 ELSE 2 END',
    'table public.twins',
    'content',
  ],
  [
    'two values swapped between columns',
    'UPDATE twins SET x = y, y = x WHERE x = 3',
    'table public.twins',
    'content',
  ],
  ['a table missing', 'DROP TABLE journal_goal', 'table public.journal_goal', 'missing'],
  ['a table too many', 'CREATE TABLE extra (x integer)', 'table public.extra', 'unexpected'],
  ['a column renamed', 'ALTER TABLE twins RENAME x TO z', 'table public.twins', 'columns'],
  [
    'the order of columns',
    'ALTER TABLE twins DROP x; ALTER TABLE twins ADD x integer; UPDATE twins SET x = y - 1',
    'table public.twins',
    'schema',
  ],
  [
    'a column of another type',
    'ALTER TABLE twins ALTER x TYPE bigint',
    'table public.twins',
    'schema',
  ],
  [
    'a sequence moved',
    "SELECT nextval('journal_receipt_number')",
    'sequence public.journal_receipt_number',
    'sequence',
  ],
  [
    'a sequence back at its start',
    'ALTER SEQUENCE journal_mood_id_seq RESTART',
    'sequence public.journal_mood_id_seq',
    'sequence',
  ],
  ['an index missing', 'DROP INDEX journal_mood_user', 'index public.journal_mood_user', 'index'],
  [
    'an index that is invalid',
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'journal_mood_user'::regclass",
    'index public.journal_mood_user',
    'index',
  ],
  [
    'a foreign key missing',
    'ALTER TABLE journal_goal DROP CONSTRAINT journal_goal_user_id_fkey',
    'fk constraint public.journal_goal journal_goal_user_id_fkey',
    'constraint',
  ],
  [
    'a unique constraint missing',
    'ALTER TABLE auth_user DROP CONSTRAINT auth_user_username_key',
    'constraint public.auth_user auth_user_username_key',
    'constraint',
  ],
  [
    'a check changed',
    'ALTER TABLE journal_mood DROP CONSTRAINT journal_mood_score_check; ALTER TABLE journal_mood ADD CONSTRAINT journal_mood_score_check CHECK (score BETWEEN 1 AND 11)',
    'table public.journal_mood',
    'schema',
  ],
  [
    'a value of a check list changed, and not validated',
    "ALTER TABLE journal_entry DROP CONSTRAINT journal_entry_visibility_check; ALTER TABLE journal_entry ADD CONSTRAINT journal_entry_visibility_check CHECK (visibility IN ('private', 'coach', 'friends')) NOT VALID",
    'table public.journal_entry',
    'schema',
  ],
  [
    'a view changed',
    "CREATE OR REPLACE VIEW journal_public_entry AS SELECT e.id, u.username, e.title, e.written_at FROM journal_entry AS e JOIN auth_user AS u ON u.id = e.author_id WHERE e.visibility = 'public'",
    'view public.journal_public_entry',
    'schema',
  ],
  ['an owner changed', 'ALTER TABLE twins OWNER TO CURRENT_USER', 'table public.twins', 'schema'],
  [
    'a privilege added',
    'GRANT SELECT ON auth_user TO PUBLIC',
    'acl public.TABLE auth_user',
    'schema',
  ],
  [
    'a large object changed by one byte',
    "SELECT lo_put(900001, 10, '\\x00')",
    'large objects',
    'large objects',
  ],
  ['a large object missing', 'SELECT lo_unlink(900002)', 'large objects', 'large objects'],
  ['an extension missing', 'DROP EXTENSION hstore', 'extension hstore', 'extension'],
  [
    'a materialized view that is empty',
    'REFRESH MATERIALIZED VIEW journal_weekly_mood WITH NO DATA',
    'materialized view public.journal_weekly_mood',
    'materialized view',
  ],
]

test.each(failures)('%s is found and named', async (_, sql, object, aspect) => {
  const differences = await differencesAfter(sql)
  expect(differences).toContainEqual(
    expect.objectContaining({ object, aspect, severity: 'failure' }),
  )
  expect(JSON.stringify(differences).length).toBeLessThan(10_000)
})

test('a stale materialized view is a warning', async () => {
  const differences = await differencesAfter(
    `DELETE FROM journal_mood WHERE user_id = 1; REFRESH MATERIALIZED VIEW journal_weekly_mood`,
  )
  expect(differences).toContainEqual(
    expect.objectContaining({
      object: 'materialized view public.journal_weekly_mood',
      aspect: 'rows',
      severity: 'warning',
    }),
  )
})

const sequence = (
  increment: string,
  before: [string, boolean],
  after: [string, boolean],
): Fingerprint => ({
  ...expected,
  sequences: [
    {
      schema: 's',
      name: 'q',
      increment,
      cycles: false,
      before: { lastValue: before[0], isCalled: before[1] },
      after: { lastValue: after[0], isCalled: after[1] },
    },
  ],
})

test.each([
  ['1', '10', true, true],
  ['1', '15', true, true],
  ['1', '20', true, true],
  ['1', '9', true, false],
  ['1', '21', true, false],
  ['1', '10', false, false],
] as const)(
  'a sequence by %s that was read at 10 and at 20 may be restored at %s (called: %s): %s',
  (increment, value, called, accepted) => {
    const differences = compareFingerprints(
      sequence(increment, ['10', true], ['20', true]),
      sequence(increment, [value, called], [value, called]),
    )
    expect(differences).toHaveLength(accepted ? 0 : 1)
  },
)

test('a descending sequence is compared in its own direction', () => {
  const source = sequence('-1', ['9007199254740995', true], ['9007199254740993', true])
  const at = (value: string) => sequence('-1', [value, true], [value, true])
  expect(compareFingerprints(source, at('9007199254740994'))).toEqual([])
  expect(compareFingerprints(source, at('9007199254740992'))).toHaveLength(1)
  expect(compareFingerprints(source, at('9007199254740996'))).toHaveLength(1)
})

test('fingerprints of different algorithms are never called equal', () => {
  const [difference] = compareFingerprints(expected, { ...expected, algorithm: 'other/2' })
  expect(difference).toMatchObject({ aspect: 'algorithm', severity: 'failure' })
})
