import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Connection } from '@recovery-playbook/postgres'
import { startTestServer, type TestDatabase, type TestServer } from '../support/postgres.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

/**
 * What the ordinary owner of a database can leave in it for whoever restores it. A column keeps which
 * attacks worked when its row was written: none did where it was made, so a restore in which one works
 * brings back another row, and is red.
 */
const hostile = (folder: string, name: string) => `
  CREATE FUNCTION evil() RETURNS text LANGUAGE plpgsql AS $evil$
  DECLARE attack text; worked text[] := '{}';
  BEGIN
    FOREACH attack IN ARRAY ARRAY[
      format('GRANT pg_execute_server_program TO %I', current_user),
      format('GRANT pg_write_server_files TO %I', current_user),
      format('GRANT pg_read_server_files TO %I', current_user),
      format('ALTER ROLE %I SUPERUSER', current_user),
      $$CREATE ROLE own_superuser SUPERUSER$$,
      $$COPY (SELECT current_user) TO PROGRAM 'cat > ${folder}/program'$$,
      $$RESET ROLE; COPY (SELECT 1) TO PROGRAM 'cat > ${folder}/reset'$$,
      $$COPY (SELECT current_user) TO '${folder}/file'$$,
      $$DO 'DECLARE made oid := lo_from_bytea(0, ''x''); BEGIN
          PERFORM lo_export(made, ''${folder}/large-object''); END'$$,
      $$SELECT 1 / length(pg_read_file('/etc/passwd'))$$,
      $$SELECT 1 / length(encode(pg_read_binary_file('/proc/self/environ', 0, 100), 'hex'))$$,
      $$SELECT pg_ls_dir('/')$$
    ] LOOP
      BEGIN EXECUTE attack; worked := worked || attack; EXCEPTION WHEN OTHERS THEN NULL; END;
    END LOOP;
    RETURN array_to_string(worked, '; ');
  END $evil$;
  -- One that says it is immutable may call one that is not.
  CREATE FUNCTION posing(x int) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
    $$BEGIN RETURN public.evil(); END$$;
  CREATE DOMAIN trap AS int CHECK (public.evil() IS NOT NULL);
  CREATE TABLE bait (id int PRIMARY KEY CHECK (public.evil() IS NOT NULL), caught trap,
    worked text GENERATED ALWAYS AS (public.posing(id)) STORED);
  INSERT INTO bait VALUES (1, 1), (2, 2);
  CREATE INDEX ON bait (public.posing(id));
  CREATE MATERIALIZED VIEW opened AS SELECT public.evil() AS worked;
  SELECT set_config('search_path', '\\!touch\${IFS}${folder}/command', false);
  ALTER DATABASE "${name}" SET search_path FROM CURRENT;`

let scene: Scene
let server: TestServer
let source: TestDatabase
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'))
  await promisify(execFile)('chmod', ['777', folder])
  scene = await openScene({ rows: 500 })
  server = await startTestServer()
  source = await scene.sample.server.createDatabase()
  await source.execute(hostile(folder, source.name))
  await scene.publish({ name: 'hostile', 'database-url': source.url })
  expect(await readdir(folder)).toEqual([])
})
afterEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name))
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await scene[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

async function ask({ environment }: Connection, sql: string): Promise<string> {
  const { psql } = server.toolchain
  const { stdout } = await promisify(execFile)(psql, ['-XAtqc', sql], { env: { ...environment } })
  return stdout.trim()
}

const drill = (inputs: Record<string, string> = {}) => scene.drill({ name: 'hostile', ...inputs })

test('the attacks are real ones: to a superuser they happen', async () => {
  const worked = await ask(
    source.superuser,
    'BEGIN; SET search_path = public; INSERT INTO bait VALUES (3, 3) RETURNING worked; ROLLBACK',
  )
  for (const part of ['GRANT pg_exec', 'PROGRAM', 'passwd', 'environ', 'ls_dir']) {
    expect(worked).toContain(part)
  }
  expect((await readdir(folder)).sort()).toEqual(['file', 'large-object', 'program', 'reset'])
})

test('none of them happens in a drill', async () => {
  expectVerdict(await drill(), 'PROVED')
  expect(await readdir(folder)).toEqual([])
})

test('none of them happens in a self-test, which writes rows anew', async () => {
  expectVerdict(await drill({ 'self-test': 'true' }), 'PROVED', 'a changed row')
  expect(await readdir(folder)).toEqual([])
})

test('none of them happens in a drill by hand', async () => {
  expectVerdict(await drill({ 'by-hand': 'true' }), 'PROVED')
  expect(await readdir(folder)).toEqual([])
})

const rowsOf = "SELECT count(*), string_agg(DISTINCT worked, '') FROM public.bait"
const lent = `SELECT count(*) FROM pg_roles WHERE rolname ~ '^(restore|restoring|holding|standing_in)_'`
const owners = `SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()`

test('none of them happens in a real database of an ordinary role', async () => {
  await using ordinary = await startTestServer()
  const target = await ordinary.createDatabase({ owner: 'tenant' })
  for (const role of [source.owner.user, source.superuser.user]) {
    await target.administer(`CREATE ROLE "${role}" NOLOGIN`)
  }
  const restored = await drill({ 'target-url': target.url, confirm: target.name })
  expectVerdict(restored, 'PROVED')
  expect(await readdir(folder)).toEqual([])
  expect(await ask(target.superuser, rowsOf)).toBe('2|')
})

test('none of them happens in a real database of a superuser, and no role is left there', async () => {
  const target = await server.createDatabase()
  const inputs = { 'target-url': target.superuserUrl, confirm: target.name }
  expectVerdict(await drill(inputs), 'PROVED', 'a login without power is made for the restore')
  expect(await readdir(folder)).toEqual([])
  expect(await ask(target.superuser, rowsOf)).toBe('2|')
  expect(await ask(target.superuser, lent)).toBe('0')
  expect(await ask(target.superuser, owners)).toBe(target.owner.user)
})

test('what belongs to the superuser of the target comes back to him, and none of them happens', async () => {
  await source.administer(`
    CREATE TABLE of_superuser (id int PRIMARY KEY, other int REFERENCES bait);
    INSERT INTO of_superuser VALUES (1, 1); GRANT SELECT ON of_superuser TO "${source.owner.user}";
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM of_superuser;
    CREATE TABLE of_owner (id int REFERENCES of_superuser);
    ALTER TABLE of_owner OWNER TO "${source.owner.user}";
    CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION watch()`)
  await scene.publish({ name: 'mixed', 'database-url': source.superuserUrl })
  await source.administer('DROP EVENT TRIGGER watcher')
  for (const name of await readdir(folder)) await rm(join(folder, name))
  const target = await scene.sample.server.createDatabase()
  const inputs = { name: 'mixed', 'target-url': target.superuserUrl, confirm: target.name }
  const statement = 'CREATE EVENT TRIGGER watcher ON ddl_command_end'
  expectVerdict(await drill(inputs), 'PROVED', 'is handed over at the end', statement)
  expect(await readdir(folder)).toEqual([])
  const owner = `SELECT tableowner FROM pg_tables WHERE tablename = 'of_superuser'`
  expect(await ask(target.superuser, owner)).toBe(source.superuser.user)
  expect(await ask(target.superuser, lent)).toBe('0')
})

test('a restore that fails on the way leaves no role in a superuser’s server', async () => {
  const target = await server.createDatabase({ more: 'CONNECTION LIMIT 0' })
  const inputs = { 'target-url': target.superuserUrl, confirm: target.name }
  expectVerdict(await drill(inputs), 'FAILED', 'must not be used', 'too many connections')
  expect(await ask(target.superuser, lent)).toBe('0')
  expect(await ask(target.superuser, owners)).toBe(target.owner.user)
})
