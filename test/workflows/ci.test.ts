import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { conclusions, openStage, push, type Stage, workflowText } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ secrets: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

const text = workflowText('ci.yml')
const onTwo = text.replace(/postgresql: \[.*\]/, 'postgresql: [14, 15]')

test('a change is tested on every PostgreSQL that is supported, each alone on its machine', async () => {
  const result = await stage.run('ci.yml', push)
  const legs = [14, 15, 16, 17, 18].map((major) => [`test (${major})`, 'success'])
  expect(conclusions(result)).toEqual({ ...Object.fromEntries(legs), passed: 'success' })
  for (const { id, log, name } of result.jobs.slice(0, -1)) {
    const major = /\d+/.exec(id)?.[0] ?? ''
    expect(name).toBe(`PostgreSQL ${major}`)
    expect(log.match(/(?<=apt-get install .*)postgresql-\d+/g)).toEqual([`postgresql-${major}`])
    expect(log).toMatch(/sudo apt-get purge [^]*sudo apt-get install/)
    expect(log).toContain('Types, lint, tests and bundles are in order.')
  }
}, 300_000)

test.each([
  ['pull request', 'pullRequest'],
  ['merge queue', 'mergeQueue'],
] as const)('the required check reports on a %s', async (_, event) => {
  await stage.publish({ 'ci.yml': onTwo })
  const result = await stage.run('ci.yml', await stage[event]())
  expect(conclusions(result)).toEqual({
    ...{ 'test (14)': 'success', 'test (15)': 'success', passed: 'success' },
  })
})

test('one PostgreSQL on which a change fails holds it, and hides none of the others', async () => {
  const failing = onTwo.replace(
    /(run: sudo .*\.ci\/run)/,
    '$1 && test ${{ matrix.postgresql }} != 14',
  )
  await stage.publish({ 'ci.yml': failing })
  expect(conclusions(await stage.run('ci.yml', push))).toEqual({
    ...{ 'test (14)': 'failure', 'test (15)': 'success', passed: 'failure' },
  })
})

test('a change whose bundles are not those of a fresh build is held', async () => {
  await stage.publish({ 'ci.yml': onTwo, 'actions/greet/dist/index.js': 'console.log("evil")\n' })
  expect(conclusions(await stage.run('ci.yml', push))).toEqual({
    ...{ 'test (14)': 'failure', 'test (15)': 'failure', passed: 'failure' },
  })
})

test('tests that never ran do not pass', async () => {
  await stage.publish({ 'ci.yml': text.replace('  test:\n', '  test:\n    if: false\n') })
  expect(conclusions(await stage.run('ci.yml', push))).toEqual({
    ...{ test: 'skipped', passed: 'failure' },
  })
})
