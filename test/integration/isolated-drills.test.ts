import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isRoot } from '../support/needs.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ rows: 40_000 })
  await scene.publish()
})
afterAll(() => scene[Symbol.asyncDispose]())

/** The throwaway server's process, as soon as there is one. */
async function serverOf(running: Promise<unknown>): Promise<number> {
  const drill = { ended: false }
  void running.finally(() => (drill.ended = true))
  for (;;) {
    for (const pid of await scene.survivors()) {
      if ((await of(pid, 'cmdline')).includes('/postgres\0-D\0')) {
        if ((await of(pid, 'comm')).startsWith('postgres')) return pid
      }
    }
    if (drill.ended) throw new Error('the drill ended before its server was seen')
    await delay(5)
  }
}

const of = (pid: number, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')

test('the server that holds restored data has no network, no power, and nothing of the runner’s', async () => {
  const drill = scene.drill()
  const pid = await serverOf(drill)
  const [environment, devices, status] = await Promise.all(
    ['environ', 'net/dev', 'status'].map((file) => of(pid, file)),
  )
  expect(environment?.split('\0').filter(Boolean).sort()).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^(INPUT_|GITHUB_|RUNNER_|ACTIONS_)/)]),
  )
  for (const secret of [scene.passphrase, scene.github.token]) {
    expect(environment).not.toContain(secret)
  }
  expect(
    devices
      ?.trim()
      .split('\n')
      .slice(2)
      .map((line) => line.trim().split(':')[0]),
  ).toEqual(['lo'])
  expect(status).toMatch(/^NoNewPrivs:\t1$/m)
  expect(status).toMatch(/^CapEff:\t0+$/m)
  if (isRoot) expect(status).not.toMatch(/^Uid:\t0\t/m)
  const { log, summary } = await drill
  expect(log).toMatch(/^PROVED {6}isolated +The server had no network but lo/m)
  expect(summary).toContain('no network but lo')
})

test('a drill that is killed takes its server with it, and the next run removes what it restored', async () => {
  const temporary = await mkdtemp(join(scene.directory, 'runner-temp-'))
  await promisify(execFile)('chmod', ['755', temporary])
  const environment = { RUNNER_TEMP: temporary }
  let action = 0
  const killed = scene.drill({}, { environment, onStart: (pid) => (action = pid) })
  await serverOf(killed)
  process.kill(action, 'SIGKILL')
  expect((await killed).exitCode).toBeNull()
  for (let waited = 0; ; waited += 1) {
    const left = await Promise.all((await scene.survivors()).map((pid) => of(pid, 'cmdline')))
    if (left.length === 0) break
    if (waited > 300) throw new Error(`still there after 30 s: ${left.join('; ')}`)
    await delay(100)
  }
  expect(await readdir(temporary)).not.toEqual([])
  expectVerdict(await scene.drill({}, { environment }), 'PROVED')
  expect(await unkept(temporary)).toEqual([])
})

test('a drill that is killed while it restores leaves nothing, not even where a long path has its sockets', async () => {
  const temporary = join(await mkdtemp(join(scene.directory, 'runner-temp-')), 'x'.repeat(80))
  await mkdir(temporary)
  await promisify(execFile)('chmod', ['755', temporary, join(temporary, '..')])
  const environment = { RUNNER_TEMP: temporary }
  const database = await scene.sample.server.createDatabase()
  await database.execute(`CREATE TABLE secret (x int); INSERT INTO secret VALUES (1);
    CREATE FUNCTION slow(x int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3); RETURN true; END';
    ALTER TABLE secret ADD CHECK (public.slow(x))`)
  await scene.publish({ name: 'killed', 'database-url': database.url })
  let action = 0
  const inputs = { name: 'killed' }
  const running = scene.drill(inputs, { environment, onStart: (pid) => (action = pid) })
  const drill = { ended: false }
  void running.finally(() => (drill.ended = true))
  const inside = async () =>
    (await readdir(temporary, { recursive: true }).catch(() => [])).map(String)
  while (!(await inside()).some((path) => /contents-.*list$/.test(path))) {
    if (drill.ended) throw new Error('the drill ended before its restore was seen')
    await delay(20)
  }
  const note = (await inside()).find((path) => path.endsWith('.elsewhere')) ?? ''
  const sockets = await readFile(join(temporary, note), 'utf8')
  process.kill(action, 'SIGKILL')
  await running
  expect(existsSync(sockets)).toBe(true)
  expectVerdict(await scene.drill(inputs, { environment }), 'PROVED')
  expect(await unkept(temporary)).toEqual([])
  expect(existsSync(sockets)).toBe(false)
})

/** What an owner of any object can leave in a database, for whoever restores it to run. */
const hostile = (folder: string, port: number) => `
  CREATE EXTENSION dblink;
  CREATE FUNCTION evil(x int) RETURNS boolean LANGUAGE plpgsql AS $evil$
  DECLARE attack text;
  BEGIN
    FOREACH attack IN ARRAY ARRAY[
      $$COPY (SELECT 1) TO PROGRAM 'touch ${folder}/program'$$,
      $$COPY (SELECT 1) TO '${folder}/file'$$,
      $$DO 'DECLARE made oid := lo_from_bytea(0, ''x''); BEGIN
          PERFORM lo_export(made, ''${folder}/large-object''); END'$$,
      $$ALTER SYSTEM SET archive_command = 'touch ${folder}/archive'$$,
      $$SELECT pg_catalog.pg_read_file('/etc/passwd')$$,
      $$SELECT public.dblink_connect('host=127.0.0.1 port=${port} user=x password=x dbname=x')$$,
      $$RESET ROLE; COPY (SELECT 1) TO PROGRAM 'touch ${folder}/reset'$$
    ] LOOP
      BEGIN EXECUTE attack; EXCEPTION WHEN OTHERS THEN NULL; END;
    END LOOP;
    RETURN true;
  END $evil$;
  -- One that says it is immutable may call one that is not.
  CREATE FUNCTION posing(x int) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS
    $$BEGIN RETURN public.evil(x); END$$;
  CREATE DOMAIN trap AS int CHECK (public.evil(VALUE));
  CREATE TABLE bait (id int CHECK (public.evil(id)), caught trap,
    made boolean GENERATED ALWAYS AS (public.posing(id)) STORED);
  ALTER TABLE bait OWNER TO journal_app; ALTER DOMAIN trap OWNER TO journal_app;
  ALTER FUNCTION evil OWNER TO journal_app;
  SET session_replication_role = replica; INSERT INTO bait VALUES (1, 1);
  CREATE INDEX ON bait (public.posing(id));
  CREATE MATERIALIZED VIEW opened AS SELECT public.evil(id) FROM bait;
  CREATE FUNCTION sprung() RETURNS event_trigger LANGUAGE plpgsql AS
    $$BEGIN PERFORM public.evil(1); END$$;
  CREATE EVENT TRIGGER spring ON ddl_command_end EXECUTE FUNCTION sprung();`

async function listener() {
  let reached = 0
  const server: Server = createServer((socket) => {
    reached += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    reached: () => reached,
    [Symbol.dispose]: () => server.close(),
  }
}

test('what a hostile database would do on the machine that restores it, is not done', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostile-'))
  await promisify(execFile)('chmod', ['777', folder])
  using host = await listener()
  try {
    const database = await scene.sample.server.createDatabase()
    const { superuser } = database
    const psql = (sql: string) =>
      promisify(execFile)(scene.sample.server.toolchain.psql, ['-Xqc', sql], {
        env: { ...superuser.environment },
      })
    await psql(hostile(folder, host.port))
    // To a superuser all of it happens: the attacks are real ones.
    await psql('INSERT INTO bait VALUES (2, 2)')
    expect((await readdir(folder)).sort()).toEqual(['file', 'large-object', 'program', 'reset'])
    const before = host.reached()
    expect(before).toBeGreaterThan(0)
    for (const name of await readdir(folder)) await rm(join(folder, name))

    const inputs = { name: 'hostile', 'database-url': database.superuserUrl }
    expect(await scene.exportRelease(inputs)).toMatchObject({ exitCode: 0 })
    const exported = host.reached()
    for (const name of await readdir(folder)) await rm(join(folder, name))
    const drilled = await scene.drill({ name: 'hostile' })
    expectVerdict(drilled, 'PROVED', 'left out', 'event trigger')
    expect(await readdir(folder)).toEqual([])
    expect(host.reached()).toBe(exported)
    expect(existsSync(join(folder, 'archive'))).toBe(false)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** What lies there besides the report that a drill leaves for people. */
const unkept = async (temporary: string) =>
  (await readdir(temporary)).filter((name) => !name.startsWith('kept-'))
