import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

const all = [
  ...['a flipped byte', 'a flipped byte with a forged digest', 'a missing part'],
  ...['two swapped parts', 'a wrong key', 'a stale recovery point', 'a deleted row'],
  ...['a changed row', 'a duplicated row', 'a dropped index', 'a moved sequence'],
]

test('the prover finds every damage to copies, in less than a minute, and the verdict stays what it was', async () => {
  await scene.publish()
  const started = performance.now()
  const drill = await scene.drill({ 'self-test': 'true' })
  expectVerdict(drill, 'PROVED', `Each was found and named: ${all.join(', ')}.`)
  expect(performance.now() - started).toBeLessThan(60_000)
  expect(await scene.leftovers()).toEqual([])
})

test('what a database has nothing for is said not to be tried', async () => {
  const database = await scene.sample.server.createDatabase()
  await database.execute('CREATE TABLE alone (x int); INSERT INTO alone VALUES (1)')
  const inputs = { name: 'alone', 'database-url': database.url }
  expect(await scene.exportRelease(inputs)).toMatchObject({ exitCode: 0 })
  const drill = await scene.drill({ name: 'alone', 'self-test': 'true' })
  expectVerdict(drill, 'PROVED', 'Not tried on this database', 'no table has two that differ')
})

test('columns that nobody may set, and a table without a key, are damaged all the same', async () => {
  const database = await scene.sample.server.createDatabase()
  await database.execute(`
    CREATE TABLE odd (id int GENERATED ALWAYS AS IDENTITY, twice int GENERATED ALWAYS AS (word * 2) STORED,
      word int CHECK (word > 0), UNIQUE (word));
    INSERT INTO odd (word) VALUES (1), (2), (3);
    ALTER TABLE odd ENABLE ROW LEVEL SECURITY; ALTER TABLE odd FORCE ROW LEVEL SECURITY;
    CREATE RULE none AS ON DELETE TO odd DO INSTEAD NOTHING`)
  const inputs = { name: 'odd', 'database-url': database.superuserUrl }
  expect(await scene.exportRelease(inputs)).toMatchObject({ exitCode: 0 })
  const drill = await scene.drill({ name: 'odd', 'self-test': 'true' })
  expectVerdict(drill, 'PROVED', 'a deleted row, a changed row, a duplicated row, a moved sequence')
})
