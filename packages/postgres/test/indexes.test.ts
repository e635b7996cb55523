import { createHash } from 'node:crypto'
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { needs } from '../../../test/support/needs.ts'
import {
  newestServer,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import { childProcesses } from '@recovery-playbook/host'
import { checkIndexes, openSession, type Toolchain } from '../src/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const check = ({ superuser, owner }: TestDatabase, of = server) =>
  checkIndexes({ ...of, superuser, owner, sessions: 2 })

const words = `CREATE TABLE words (id integer PRIMARY KEY, word text);
  INSERT INTO words SELECT i, md5(i::text) FROM generate_series(1, 5000) AS i;
  CREATE INDEX words_word ON words (word);`

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** The file of an index in a copy of a database: nothing of it is in the server's memory yet. */
async function copied(model: TestDatabase, index: string) {
  const copy = await server.createDatabase({
    owner: model.owner.user,
    more: `TEMPLATE "${model.name}" STRATEGY file_copy`,
  })
  await using session = await openSession(server.toolchain.psql, copy.superuser, server.processes)
  const [found] = await session.query<{ path: string }>(
    `SELECT current_setting('data_directory') || '/' || pg_relation_filepath('public.${index}') AS path`,
  )
  return { copy, path: found?.path ?? '' }
}

test('a byte of an index that the disk has changed is found, and the index named', async () => {
  const model = await server.createDatabase()
  await model.execute(words)
  expect(await check(model)).toEqual({ checked: 3, corrupt: [], unchecked: [], others: 0 })
  const { copy, path } = await copied(model, 'words_word')
  const bytes = await readFile(path)
  // A key in a leaf page: behind everything that begins with a hexadecimal digit.
  bytes.write('~', bytes.indexOf(md5('4711')))
  await writeFile(path, bytes)
  expect(await check(copy)).toMatchObject({
    corrupt: [
      { index: 'public.words_word', message: expect.stringContaining('index "words_word"') },
    ],
    unchecked: [],
  })
})

test('a page of an index that was emptied is found, and the others are looked at all the same', async () => {
  const model = await server.createDatabase()
  await model.execute(words)
  const { copy, path } = await copied(model, 'words_pkey')
  const bytes = await readFile(path)
  await writeFile(path, bytes.fill(0, 2 * 8192, 3 * 8192))
  const found = await check(copy)
  expect(found).toMatchObject({ corrupt: [{ index: 'public.words_pkey' }], unchecked: [] })
  expect(found).toHaveProperty('checked', 3)
})

test('an index over a function that says something else than it did is found', async () => {
  const database = await server.createDatabase()
  await database.execute(`${words}
    CREATE FUNCTION key(word text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT substr($1, 1, 4)';
    CREATE INDEX words_key ON words (public.key(word));
    CREATE OR REPLACE FUNCTION key(word text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT reverse($1)'`)
  expect(await check(database)).toMatchObject({
    corrupt: [
      { index: 'public.words_key', message: expect.stringMatching(/lacks matching index/) },
    ],
  })
})

test('a function of an index that fails leaves the index unchecked, and shows no value', async () => {
  const database = await server.createDatabase()
  await database.execute(`${words}
    CREATE FUNCTION key(word text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
    CREATE INDEX words_key ON words (public.key(word));
    CREATE OR REPLACE FUNCTION key(word text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1::integer'`)
  expect(await check(database)).toMatchObject({
    corrupt: [],
    unchecked: [{ index: 'public.words_key', message: 'an error with SQLSTATE 22P02' }],
  })
})

test('what a function of an index does has no power over the machine', async () => {
  const database = await server.createDatabase()
  await database.execute(`${words}
    CREATE FUNCTION key(word text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE INDEX words_key ON words (public.key(word));
    CREATE OR REPLACE FUNCTION key(word text) RETURNS text LANGUAGE plpgsql IMMUTABLE
      AS 'BEGIN PERFORM pg_read_file(''PG_VERSION''); RETURN $1; END'`)
  expect(await check(database)).toMatchObject({
    unchecked: [{ index: 'public.words_key', message: 'an error with SQLSTATE 42501' }],
  })
})

const own = await newestServer(childProcesses())

needs(
  own?.directory.startsWith('/usr/lib/postgresql/') === true,
  'PostgreSQL is not installed as on Debian, so none without amcheck can be made',
)('where amcheck is not installed nothing is proved, and its package is named', async () => {
  const root = await mkdtemp(join(tmpdir(), 'without-amcheck-'))
  try {
    await using other = await startTestServer({}, await withoutAmcheck(own, root))
    const database = await other.createDatabase()
    const said = await check(database, other)
    expect(said).toMatch(/amcheck.* is not installed here.*postgresql-\d+ of Debian/)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

/** A server looks for its extensions beside its own program: links, and copies of the programs. */
async function withoutAmcheck(toolchain: Toolchain | undefined, root: string): Promise<Toolchain> {
  if (toolchain === undefined) throw new Error('no PostgreSQL server is installed')
  const home = dirname(toolchain.directory)
  const share = home.replace('/usr/lib/', '/usr/share/')
  const link = async (directory: string, isLinked = (name: string) => name !== '') => {
    await mkdir(join(root, directory), { recursive: true })
    for (const name of (await readdir(directory)).filter(isLinked)) {
      await symlink(join(directory, name), join(root, directory, name))
    }
  }
  await link(home, (name) => name !== 'bin')
  await link(share, (name) => name !== 'extension')
  await link(join(share, 'extension'), (name) => !name.startsWith('amcheck'))
  const { initdb = '', postgres = '' } = toolchain
  const programs = { initdb: join(root, initdb), postgres: join(root, postgres) }
  await mkdir(dirname(programs.initdb), { recursive: true })
  await cp(initdb, programs.initdb)
  await cp(postgres, programs.postgres)
  // Whoever the server runs as may enter.
  await chmod(root, 0o755)
  return { ...toolchain, ...programs }
}
