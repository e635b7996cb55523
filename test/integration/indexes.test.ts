import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

test('a drill looks into every B-tree index', async () => {
  await scene.publish()
  const drill = await scene.drill()
  expectVerdict(drill, 'PROVED', 'B-tree indexes in order')
  expect(drill.log).toMatch(/PROVED +indexes +amcheck found \d+ B-tree indexes in order/)
})

test('an index over a function that is not what it was when it was built fails the drill', async () => {
  const database = await scene.sample.server.createDatabase()
  await database.execute(`CREATE TABLE words (word text); INSERT INTO words VALUES ('a'), ('b');
    CREATE FUNCTION aged(word text) RETURNS text LANGUAGE sql IMMUTABLE
      AS 'SELECT word || pg_catalog.clock_timestamp()::text';
    CREATE INDEX words_aged ON words (public.aged(word))`)
  const inputs = { name: 'aged', 'database-url': database.url }
  expect(await scene.exportRelease(inputs)).toMatchObject({ exitCode: 0 })
  expectVerdict(
    await scene.drill({ name: 'aged' }),
    'FAILED',
    'Queries that use these indexes miss rows',
    'index public.words_aged: ',
    'declared IMMUTABLE and is not',
  )
})
