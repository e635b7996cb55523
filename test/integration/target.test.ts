import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { TestDatabase, TestServer } from '../support/postgres.ts'
import { openForger } from '@recovery-playbook/demonstration'
import { startTestServer } from '../support/postgres.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
let server: TestServer
let tag = ''
beforeAll(async () => {
  scene = await openScene()
  await scene.sample.administer('ALTER TABLE journal_goal ENABLE ROW LEVEL SECURITY')
  tag = await scene.publish()
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await scene[Symbol.asyncDispose]()
})

const into = (database: TestDatabase, url: string, inputs: Record<string, string> = {}) =>
  scene.drill({ 'target-url': url, confirm: database.name, ...inputs })

async function ask(database: TestDatabase, sql: string): Promise<string> {
  const { psql } = server.toolchain
  const { stdout } = await promisify(execFile)(psql, ['-XAtc', sql], {
    env: { ...database.superuser.environment },
  })
  return stdout.trim()
}

const tables = `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`

test('a dry run shows what would be done, and changes nothing', async () => {
  const database = await server.createDatabase()
  const drill = await into(database, database.superuserUrl, { 'dry-run': 'true', confirm: '' })
  expect(drill).toMatchObject({ exitCode: 0, outputs: { verdict: 'SKIPPED' } })
  expect(drill.summary).toContain('this was a dry run')
  for (const text of [drill.log, drill.summary]) {
    expect(text).toContain(`Restore ${tag}`)
    expect(text.replaceAll('\\', '')).toContain('made, without a login: journal_app')
  }
  expect(await ask(database, tables)).toBe('0')
  expect(await ask(database, `SELECT count(*) FROM pg_roles WHERE rolname = 'journal_app'`)).toBe(
    '0',
  )
})

test('nothing is restored before somebody has typed the name of the database', async () => {
  const database = await server.createDatabase()
  for (const confirm of ['', 'production']) {
    const drill = await into(database, database.superuserUrl, { confirm })
    expectVerdict(drill, 'NOT PROVED', 'Nothing was changed', `type ${database.name} in the input`)
  }
  expect(await ask(database, tables)).toBe('0')
})

test('as a superuser everything comes back, with owners, and is shown to be the same', async () => {
  const database = await server.createDatabase()
  const drill = await into(database, database.superuserUrl)
  expectVerdict(drill, 'PROVED', `into '${database.name}' without an error`)
  const owner = `SELECT tableowner FROM pg_tables WHERE tablename = 'journal_entry'`
  expect(await ask(database, owner)).toBe('journal_app')
  expect(drill.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(database.superuserUrl)
})

test('as an ordinary role, as at a provider, the data comes back, and what does not is said', async () => {
  const database = await server.createDatabase({ owner: 'tenant' })
  await database.administer('ALTER ROLE tenant CREATEROLE BYPASSRLS')
  const drill = await into(database, database.url)
  expectVerdict(drill, 'PROVED', 'owners and privileges: everything belongs to you')
  expect(await ask(database, 'SELECT count(*) FROM public.journal_entry')).toBe('600')
})

test('a target in another encoding is refused, and of another locale is told', async () => {
  const latin = await server.createDatabase({
    more: "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
  })
  const refused = await into(latin, latin.superuserUrl)
  expectVerdict(refused, 'NOT PROVED', 'encoding is LATIN1', 'Nothing was changed')
  const other = await server.createDatabase({ more: "TEMPLATE template0 LC_COLLATE 'C.UTF-8'" })
  const drill = await into(other, other.superuserUrl)
  expectVerdict(drill, 'PROVED', 'locale: expected libc C C, found libc C.UTF-8 C')
})

test('a target that is not the same afterwards fails, and the table is named', async () => {
  const name = 'forged'
  await scene.publish({ name })
  {
    const place = { ...scene.github, passphrase: scene.passphrase, database: name }
    await using forger = await openForger(place)
    await forger.forge('UPDATE public.journal_mood SET id = id + 100000 WHERE id = 7')
  }
  const database = await server.createDatabase()
  const drill = await into(database, database.superuserUrl, { name })
  expectVerdict(drill, 'FAILED', 'table public.journal_mood: content')
})

test('settings of the database come back into a real one', async () => {
  const { sample } = scene
  await sample.execute(`ALTER DATABASE "${sample.name}" SET search_path = 'Elsewhere', public`)
  await scene.publish({ name: 'settings' })
  await sample.execute(`ALTER DATABASE "${sample.name}" RESET search_path`)
  const database = await server.createDatabase()
  expectVerdict(await into(database, database.superuserUrl, { name: 'settings' }), 'PROVED')
  const found = `SELECT setconfig FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = setdatabase
    WHERE datname = current_database()`
  expect(await ask(database, found)).toBe('{"search_path=\\"Elsewhere\\", public"}')
})

test('a database that holds anything is refused, and so is the source', async () => {
  const database = await server.createDatabase()
  await database.execute('CREATE TABLE precious (x int)')
  const drill = await into(database, database.superuserUrl)
  expectVerdict(
    drill,
    'NOT PROVED',
    'is not empty: it holds public.precious',
    'Nothing was changed',
  )
  expect(await ask(database, tables)).toBe('1')
  const { sample } = scene
  const source = await scene.drill({ 'target-url': sample.superuserUrl, confirm: sample.name })
  expectVerdict(source, 'NOT PROVED', 'that this recovery point was made of')
})

test('a role that may not make the roles that are missing is told before anything is restored', async () => {
  await using other = await startTestServer()
  const database = await other.createDatabase({ owner: 'plain' })
  const drill = await into(database, database.url)
  expectVerdict(drill, 'NOT PROVED', 'CREATE ROLE', 'journal_app', 'Nothing was restored')
})

test('what fails in the middle says that the target must not be used, and what to do', async () => {
  const database = await server.createDatabase({ owner: 'narrow' })
  await database.administer('ALTER ROLE narrow CREATEROLE BYPASSRLS CONNECTION LIMIT 1')
  const drill = await into(database, database.url)
  const words = `The database '${database.name}' holds a part of the data, and must not be used`
  expectVerdict(drill, 'FAILED', words, 'make an empty one', 'too many connections')
})
