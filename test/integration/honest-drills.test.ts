import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openSession, parseConnection } from '@recovery-playbook/postgres'
import { isRoot, needs } from '../support/needs.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

test('another application’s recovery point in the same repository is not taken for ours', async () => {
  const theirs = { github: { repository: 'acme/another' } }
  const inputs = { repository: scene.github.repository }
  const { outputs } = await scene.exportRelease(inputs, theirs)
  const tag = outputs['recovery-point'] ?? ''
  expectVerdict(await scene.drill(), 'FAILED', 'There is no recovery point')
  expectVerdict(
    await scene.drill({ 'recovery-point': tag }),
    'NOT PROVED',
    `'${tag}' in 'recovery-point' is of the database 'default' of acme/another`,
  )
})

test('a drill whose secret is not set is not proved, and says which input is empty', async () => {
  const { exitCode, outputs, log, summary } = await scene.drill({ passphrase: '' })
  expect({ exitCode, outputs }).toEqual({ exitCode: 2, outputs: { verdict: 'NOT PROVED' } })
  expect(log).toContain("The input 'passphrase' is empty")
  expect(summary).toContain('Is the secret set')
})

test('what only a superuser can restore is listed as not proved, not passed over', async () => {
  await scene.sample.administer(`
    CREATE PUBLICATION everything FOR ALL TABLES;
    CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
    CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION public.note();`)
  await scene.exportRelease({ 'database-url': scene.sample.superuserUrl })
  const { log, summary, outputs } = await scene.drill()
  expect(outputs.verdict).toBe('PROVED')
  for (const object of ['watcher', 'everything']) {
    expect(log).toMatch(new RegExp(`SKIPPED +left out +Not restored[^]*${object}`))
  }
  expect(summary).toMatch(/left out \| \*\*SKIPPED\*\*/)
})

test('a database that is called postgres, as managed ones are, can be drilled', async () => {
  const url = scene.sample.superuserUrl.replace(/\/[^/]*$/, '/postgres')
  const { toolchain, processes } = scene.sample.server
  await using session = await openSession(toolchain.psql, parseConnection(url), processes)
  await session.execute('CREATE TABLE public.note AS SELECT 1 AS id')
  await scene.exportRelease({ 'database-url': url, name: 'managed' })
  expectVerdict(await scene.drill({ name: 'managed' }), 'PROVED')
})

const asRoot = needs(isRoot, 'only root can lay an extension beside PostgreSQL’s own')

asRoot('an extension that this machine lacks proves nothing, and says what has it', async () => {
  const { toolchain } = scene.sample.server
  const { stdout } = await promisify(execFile)(join(toolchain.directory, 'pg_config'), [
    '--sharedir',
  ])
  const place = join(stdout.trim(), 'extension')
  // Known to be in no package: nothing is asked of the network.
  const files = { 'pg_net.control': "default_version = '1'\n", 'pg_net--1.sql': '' }
  const paths = Object.keys(files).map((name) => join(place, name))
  const database = await scene.sample.server.createDatabase()
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text)
    await database.administer('CREATE TABLE t (x int); CREATE EXTENSION pg_net')
    await scene.publish({ name: 'extended', 'database-url': database.superuserUrl })
  } finally {
    for (const path of paths) await rm(path, { force: true })
  }
  const drill = await scene.drill({ name: 'extended' })
  expectVerdict(drill, 'NOT PROVED', 'extensions that are not installed here: pg_net 1', 'supabase')
})
