import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { unprivilegedIdentity } from '@recovery-playbook/host'
import { startTestServer, type TestServer } from '../../../test/support/postgres.ts'
import { restoreDatabase, startThrowaway, tryMutations } from '../src/index.ts'
import { backUp, scratch } from './round-trip.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

/** Backs up, restores and damages what this SQL makes, as its ordinary owner. */
async function damage(sql: string) {
  await using place = await scratch()
  const { toolchain, processes } = server
  const database = await server.createDatabase()
  await database.execute(sql)
  const fingerprint = await backUp(server, database, place.archive)
  await using cluster = await startThrowaway({
    toolchain,
    processes,
    parentDirectory: tmpdir(),
    identity: unprivilegedIdentity(),
  })
  const order = { cluster, fingerprint, archive: place.archive, jobs: 2, processes }
  const restored = await restoreDatabase(order)
  return await tryMutations(order, restored)
}

const rows = ['a deleted row', 'a changed row', 'a duplicated row']

test('a CHECK of the database has no power when the self-test damages a copy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'))
  await promisify(execFile)('chmod', ['777', folder])
  try {
    const tried = await damage(`
      CREATE FUNCTION evil(x int) RETURNS boolean LANGUAGE plpgsql AS $evil$ BEGIN
        COPY (SELECT 1) TO PROGRAM 'touch ${folder}/program'; RETURN true;
      EXCEPTION WHEN OTHERS THEN RETURN true; END $evil$;
      CREATE FUNCTION posing(x int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS
        'BEGIN RETURN public.evil(x); END';
      CREATE TABLE bait (id int PRIMARY KEY CHECK (public.evil(id)),
        made boolean GENERATED ALWAYS AS (public.posing(id)) STORED);
      INSERT INTO bait VALUES (1), (2); CREATE INDEX checked ON bait (public.posing(id));`)
    expect(await readdir(folder)).toEqual([])
    expect(tried).toMatchObject({ found: [...rows, 'a dropped index'], missed: [] })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('triggers, rules, row level security and foreign keys are in the way of no damage', async () => {
  const tried = await damage(`
    CREATE TABLE parent (id int PRIMARY KEY, up int REFERENCES parent, UNIQUE (id, up));
    INSERT INTO parent VALUES (1, 1), (2, 1);
    CREATE TABLE child (id int REFERENCES parent ON DELETE RESTRICT, word text);
    INSERT INTO child VALUES (1, 'a'), (1, 'b'), (2, 'c');
    CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER never BEFORE INSERT OR UPDATE OR DELETE ON parent FOR EACH ROW EXECUTE FUNCTION never();
    ALTER TABLE parent ENABLE ALWAYS TRIGGER never;
    CREATE RULE none AS ON DELETE TO parent DO INSTEAD NOTHING;
    ALTER TABLE parent ENABLE ROW LEVEL SECURITY;
    CREATE SEQUENCE "odd \\ 'name'"`)
  expect(tried).toMatchObject({ found: [...rows, 'a moved sequence'], missed: [] })
})
