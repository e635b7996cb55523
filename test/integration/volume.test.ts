import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

test('a mass deletion is noticed before it ages out of retention, and accepted only when told', async () => {
  const first = await scene.publish()
  expectVerdict(await scene.drill(), 'PROVED', 'there is nothing yet to compare with')

  await scene.sample.execute('DELETE FROM journal_mood WHERE id % 5 <> 0')
  await scene.publish()
  const words = ['table public.journal_mood: expected about 500 rows, found 100', first]
  expectVerdict(await scene.drill(), 'FAILED', ...words, 'max-shrink: 100')
  // What failed is no measure for what comes next.
  await scene.publish()
  expectVerdict(await scene.drill(), 'FAILED', ...words)

  expectVerdict(await scene.drill({ 'max-shrink': '100' }), 'PROVED', 'None of')
  const accepted = await scene.publish()
  expectVerdict(await scene.drill(), 'PROVED', `rows since`)
  expect(accepted).not.toBe(first)
})

test('a share that is no percentage is refused before anything is restored', async () => {
  const { exitCode, log } = await scene.drill({ 'max-shrink': 'half' })
  expect(exitCode).toBe(2)
  expect(log).toContain("'half' in 'max-shrink' is no percentage")
})
