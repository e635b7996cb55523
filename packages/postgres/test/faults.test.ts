import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  fillSample,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  type Dump,
  dumpDatabase,
  dumpSchema,
  exportSnapshot,
  openSession,
  parseConnection,
  takeFingerprint,
  toolchainFor,
} from '../src/index.ts'
import type { Command, Processes, Running } from '@recovery-playbook/processes'
import { backUp, restore, scratch } from './round-trip.ts'

let server: TestServer
let sample: TestDatabase
beforeAll(async () => {
  server = await startTestServer()
  sample = await server.createDatabase()
  await fillSample(server, sample.owner, { rows: 40_000, seed: 2 })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const open = (url: string) =>
  openSession(server.toolchain.psql, parseConnection(url), server.processes)

test.each([
  ['a wrong password', (url: string) => url.replace(/:p%40[^@]*@/, ':S3CRET@'), /password/],
  ['a missing database', (url: string) => url.replace(/\/[^/]*$/, '/nothing'), /does not exist/],
  ['a closed port', (url: string) => url.replace(/:\d+\//, ':1/'), /refused/],
  ['an unknown host', (url: string) => url.replace('127.0.0.1', 'nohost.invalid'), /host name/],
  ['TLS that is not there', (url: string) => `${url}?sslmode=require`, /SSL/],
])('%s fails with its reason, a hint, and without the password', async (_, change, reason) => {
  const failure: unknown = await open(change(sample.url)).catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'CONNECTION_FAILED',
    message: expect.stringMatching(reason),
  })
  expect((failure as { hint: string }).hint).toMatch(/URL|server/)
  expect(JSON.stringify(failure) + String(failure)).not.toMatch(/S3CRET|p@ss|p%40ss/)
})

test('an error of a statement names its SQLSTATE and ends the session for every later call', async () => {
  await using session = await open(sample.url)
  const failure = { code: 'QUERY_FAILED', message: expect.stringContaining('42P01') }
  await expect(session.query('SELECT * FROM public.nothing')).rejects.toMatchObject(failure)
  await expect(session.query('SELECT 1')).rejects.toMatchObject(failure)
})

test('answers keep their order, sizes and characters', async () => {
  await using session = await open(sample.url)
  const answers = await Promise.all([
    session.query('SELECT repeat(chr(128512), 300000) AS a'),
    session.query(`SELECT E'a\\nb\\\\ \\x01 "' AS "b ""c""" FROM generate_series(1, 2)`),
    session.query('SELECT 1 WHERE false'),
  ])
  expect(answers[0]).toEqual([{ a: '😀'.repeat(300_000) }])
  expect(answers[1]).toEqual(Array(2).fill({ 'b "c"': 'a\nb\\ \u0001 "' }))
  expect(answers[2]).toEqual([])
})

test('a terminated backend is a lost connection', async () => {
  await using session = await open(sample.url)
  const [row] = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  await sample.administer(`SELECT pg_terminate_backend(${row?.pid ?? 0})`)
  await expect(session.query('SELECT 1')).rejects.toMatchObject({ code: 'CONNECTION_LOST' })
})

/** Hands out what was started, so that a test can break it. */
function watched(processes: Processes) {
  const started: { command: Command; running: Running }[] = []
  const start = (command: Command) => {
    const running = processes.start(command)
    started.push({ command, running })
    return running
  }
  return { started, processes: { start } }
}

/** A reader that has read a little and waits until the dump is broken. */
const dumpOf = async (
  breakIt: (order: { dump: Dump; pgDump: Running }) => Promise<void> | void,
) => {
  const { toolchain } = server
  const { processes, started } = watched(server.processes)
  await using snapshot = await exportSnapshot(toolchain.psql, sample.owner, server.processes)
  const reader = server.processes.start({ program: '/bin/cat', arguments: [], environment: {} })
  const dump = dumpDatabase({ toolchain, connection: sample.owner, snapshot, processes }, reader)
  const pgDump = started[0]?.running
  if (pgDump === undefined) throw new Error('no pg_dump was started')
  await once(reader.stdout, 'readable')
  await breakIt({ dump, pgDump })
  reader.stdout.resume()
  await dump.succeeded
}

test('a dump whose pg_dump is killed fails', async () => {
  const broken = dumpOf(({ pgDump }) => {
    pgDump.kill('SIGKILL')
  })
  await expect(broken).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    message: expect.stringContaining('SIGKILL'),
  })
})

test('a dump whose server process is terminated fails', async () => {
  const broken = dumpOf(async () => {
    await sample.administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE query LIKE 'COPY%'`)
    await delay(100)
  })
  await expect(broken).rejects.toMatchObject({ code: 'DUMP_FAILED' })
})

test('a dump that is given up ends its pg_dump', async () => {
  const givenUp = dumpOf(async ({ dump, pgDump }) => {
    dump.stop()
    expect(await pgDump.ending).not.toMatchObject({ code: 0 })
  })
  await expect(givenUp).rejects.toMatchObject({ code: 'DUMP_FAILED' })
})

test('a dump of a lost snapshot says that it was lost', async () => {
  const { toolchain, processes } = server
  const snapshot = await exportSnapshot(toolchain.psql, sample.owner, processes)
  await snapshot[Symbol.asyncDispose]()
  const order = { toolchain, connection: sample.owner, snapshot, processes }
  // The server notices a moment later that the session has ended.
  const dumpUntilItIsLost = async () => {
    for (let dumps = 0; dumps < 50; dumps += 1) await dumpSchema(order)
  }
  await expect(dumpUntilItIsLost()).rejects.toMatchObject({
    code: 'DUMP_FAILED',
    hint: expect.stringContaining('snapshot'),
  })
})

test('a fingerprint under row level security fails, and never counts fewer rows', async () => {
  const database = await server.createDatabase()
  await database.execute(`CREATE TABLE t AS SELECT generate_series(1, 9) AS x;
    ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
    CREATE POLICY few ON t USING (x < 3)`)
  const order = { ...server, connection: database.owner, sessions: 1 }
  await expect(takeFingerprint(order)).rejects.toMatchObject({ code: 'PRIVILEGE_MISSING' })
})

test('no password is on any command line, and no child gets more than it needs', async () => {
  const seen = new Set<string>()
  const sampling = new AbortController()
  const sampler = (async () => {
    while (!sampling.signal.aborted) {
      for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
        seen.add(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''))
      }
      await delay(5)
    }
  })()
  await using place = await scratch()
  const { processes, started } = watched(server.processes)
  const expected = await backUp({ ...server, processes }, sample, place.archive)
  await using restored = await restore({ ...server, processes }, expected, place.archive)
  sampling.abort()
  await sampler
  const passwords = [sample.owner, restored.owner, restored.superuser].map(
    ({ environment }) => environment.PGPASSWORD ?? '',
  )
  expect(passwords.every((password) => password.length > 10)).toBe(true)
  expect(seen.size).toBeGreaterThan(5)
  const lines = [...seen, ...started.flatMap(({ command }) => command.arguments)].join('\n')
  for (const password of passwords) expect(lines).not.toContain(password)
  const names = started.flatMap(({ command }) => Object.keys(command.environment))
  expect(names.filter((name) => !/^(PG[A-Z_]+|LC_ALL|TZ)$/.test(name))).toEqual([])
})

test('an extension or a locale that is missing here is named, with the command that installs it', async () => {
  await using place = await scratch()
  const expected = await backUp(server, sample, place.archive)
  const vector = { name: 'vector', version: '0.8.0', schema: 'public' }
  await expect(
    restore(server, { ...expected, extensions: [vector] }, place.archive),
  ).rejects.toMatchObject({
    code: 'EXTENSION_MISSING',
    message: expect.stringContaining('vector 0.8.0'),
    hint: expect.stringContaining(`postgresql-${server.toolchain.major}-pgvector`),
  })
  const there = { ...expected.server, collation: 'xx_YY.UTF-8', ctype: 'xx_YY.UTF-8' }
  await expect(
    restore(server, { ...expected, server: there }, place.archive),
  ).rejects.toMatchObject({
    code: 'LOCALE_MISSING',
    message: expect.stringContaining('xx_YY.UTF-8'),
  })
})

test('hostile content of a dump runs without power over the machine', async () => {
  const database = await server.createDatabase()
  await using place = await scratch()
  const canary = `/tmp/canary-${database.name}`
  await database.execute(`CREATE FUNCTION strike(x integer) RETURNS boolean LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT rolname FROM pg_roles WHERE rolname = current_user) LIKE 'restor%' THEN
        COPY (SELECT 1) TO PROGRAM 'touch ${canary}';
      END IF;
      RETURN true;
    END $$;
    CREATE TABLE trap (x integer CHECK (public.strike(x))); INSERT INTO trap VALUES (1)`)
  const expected = await backUp(server, database, place.archive)
  await expect(restore(server, expected, place.archive)).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining('COPY to or from an external program'),
  })
  await expect(stat(canary)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a restore that fails says why and quotes no row', async () => {
  const database = await server.createDatabase()
  await using place = await scratch()
  await database.execute(`CREATE TABLE t (x text); INSERT INTO t VALUES ('PRIVATE'), ('PRIVATE')`)
  // Changed after the index was made: from PostgreSQL 17 on no index can be made with the second body.
  const body = (result: string) => `CREATE OR REPLACE FUNCTION strict(x text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN ${result}; END $$;`
  await database.administer(`${body("'a'")} CREATE INDEX dependent ON t (public.strict(x));
    ${body("CASE WHEN (SELECT count(*) FROM t) > 0 THEN 'a' END")}`)
  const expected = await backUp(server, database, place.archive)
  const failure: unknown = await restore(server, expected, place.archive).catch((e: unknown) => e)
  expect(failure).toMatchObject({ code: 'RESTORE_FAILED' })
  expect(String(failure)).toContain('relation "t" does not exist')
  expect(String(failure)).not.toContain('PRIVATE')
})

test('a major that is not installed is named with the command that installs it', async () => {
  const { processes, toolchain } = server
  await expect(toolchainFor(99, processes, toolchain.directory, 'client')).rejects.toMatchObject({
    code: 'TOOLCHAIN_MISSING',
    message: expect.stringMatching(/PostgreSQL 99 .*found: .*\d+/),
    hint: expect.stringContaining('postgresql-client-99'),
  })
})
