import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  type Connection,
  dumpGlobals,
  openSession,
  rolesMissingIn,
  takeFingerprint,
} from '../src/index.ts'
import { scratch } from './round-trip.ts'

let server: TestServer
let database: TestDatabase
let hashes: string[]
beforeAll(async () => {
  server = await startTestServer()
  database = await server.createDatabase({ name: `a=b 'c' \\ ${Date.now().toString(36)}` })
  await database.administer(`
    CREATE ROLE writer LOGIN PASSWORD 'written down' CONNECTION LIMIT 5;
    SET password_encryption = 'md5'; CREATE ROLE old_writer LOGIN PASSWORD 'written down';
    CREATE ROLE "Odd ""Role""
of two lines"; CREATE ROLE "select" CREATEDB;
    GRANT "select" TO writer WITH ADMIN OPTION; GRANT pg_monitor TO writer;
    ALTER ROLE writer SET work_mem = '7MB'; COMMENT ON ROLE writer IS 'writes';
    GRANT CREATE ON SCHEMA public TO "Odd ""Role""
of two lines"`)
  const found = await ask<{ hash: string }>(
    server.cluster.superuser,
    'SELECT rolpassword AS hash FROM pg_authid WHERE rolpassword IS NOT NULL',
  )
  hashes = found.map(({ hash }) => hash)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

async function ask<Row>(connection: Connection, sql: string, { toolchain, processes } = server) {
  await using session = await openSession(toolchain.psql, connection, processes)
  return await session.query<Row>(sql)
}

const globalsFor = (connection: Connection) => dumpGlobals({ ...server, connection })

test.each<[string, (database: TestDatabase) => Connection]>([
  ['an ordinary role', ({ owner }) => owner],
  ['a superuser', ({ superuser }) => superuser],
])('no password and no hash of one is in it when %s asks', async (_, who) => {
  const globals = await globalsFor(who(database))
  expect(hashes.join('\n')).toMatch(/^SCRAM-SHA-256\$4096:/m)
  expect(hashes.join('\n')).toMatch(/^md5[0-9a-f]{32}$/m)
  for (const hash of hashes) expect(globals).not.toContain(hash)
  expect(globals).not.toMatch(/SCRAM|md5|PASSWORD/)
})

/**
 * Gives a server's first superuser another name, as `postgres` is on every machine. From PostgreSQL 16 on
 * a membership that it has granted can be granted by nobody else.
 *
 * @returns another superuser of it: none can rename itself
 */
async function rename({ cluster, toolchain, processes }: TestServer, name: string) {
  const { superuser } = cluster
  const run = async (connection: Connection, sql: string) => {
    await using session = await openSession(toolchain.psql, connection, processes)
    await session.execute(sql)
  }
  await run(superuser, "CREATE ROLE renamer SUPERUSER LOGIN PASSWORD 'renaming'")
  const environment = { ...superuser.environment, PGUSER: 'renamer', PGPASSWORD: 'renaming' }
  const renamer: Connection = { ...superuser, user: 'renamer', environment }
  await run(renamer, `ALTER ROLE ${superuser.user} RENAME TO ${name}`)
  return renamer
}

/** Roles with all that a person would miss; members and settings as text. */
const roles = `
  SELECT rolname::text, rolcanlogin, rolcreatedb, rolconnlimit, rolconfig::text,
    shobj_description(oid, 'pg_authid') AS comment,
    ARRAY(SELECT format('%s %s', roleid::regrole, admin_option) FROM pg_auth_members
      WHERE member = r.oid ORDER BY 1) AS memberships
  FROM pg_roles AS r WHERE rolname !~ '^pg_' AND NOT rolsuper ORDER BY 1`

test('what an ordinary role dumped makes every role and membership in an empty server', async () => {
  const globals = await globalsFor(database.owner)
  await using empty = await startTestServer()
  const restorer = await rename(empty, server.cluster.superuser.user)
  await using place = await scratch()
  const file = join(place.directory, 'globals.sql')
  await writeFile(file, globals)
  const { stderr } = await promisify(execFile)(
    empty.toolchain.psql,
    ['--no-psqlrc', '--dbname=postgres', `--file=${file}`],
    { env: restorer.environment },
  )
  const errors = stderr.split('\n').filter((line) => line.includes('ERROR'))
  for (const error of errors) expect(error).toMatch(/role "\w+" already exists/)
  const made = await ask(restorer, roles, empty)
  const original = await ask(server.cluster.superuser, roles)
  expect(original).toContainEqual(
    expect.objectContaining({ rolname: 'writer', memberships: ['"select" t', 'pg_monitor f'] }),
  )
  expect(made).toEqual(original)
})

test('a role that it does not make is noticed, whatever the role is called', async () => {
  const globals = await globalsFor(database.owner)
  const { toolchain, processes } = server
  const { roles: needed } = await takeFingerprint({
    ...{ toolchain, processes, connection: database.owner, sessions: 1 },
  })
  expect(needed).toContain('Odd "Role"\nof two lines')
  expect(rolesMissingIn(globals, [...needed, 'select', 'writer'])).toEqual([])
  expect(rolesMissingIn(globals, ['write', 'Writer', 'nobody'])).toEqual([
    ...['write', 'Writer', 'nobody'],
  ])
})

test('a client without pg_dumpall is said to be incomplete', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'client-'))
  try {
    const pgDump = join(directory, 'pg_dump')
    await symlink(server.toolchain.pgDump, pgDump)
    const toolchain = { ...server.toolchain, directory, pgDump }
    await expect(
      dumpGlobals({ toolchain, connection: database.owner, processes: server.processes }),
    ).rejects.toMatchObject({
      code: 'TOOLCHAIN_MISSING',
      message: `pg_dumpall is not beside ${pgDump}.`,
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
