import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runJobs, steps, type Words } from './small-workflow.ts'
import { conclusions, dispatch, job, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ secrets: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

const run = (...words: Words) => runJobs(stage, ...words)

test('a run waits for its group; a third takes the place of the second', async () => {
  const jobs = steps('one', '', 'run: sleep 1')
  await stage.publish({
    'group.yml': `on: workflow_dispatch\nconcurrency: { group: g, cancel-in-progress: false }\njobs:\n${jobs}`,
  })
  const runs = [1, 2, 3].map(() => stage.run('group.yml', dispatch))
  const results = (await Promise.all(runs)).map(({ conclusion }) => conclusion)
  expect(results.toSorted()).toEqual(['cancelled', 'success', 'success'])
})

test('timeout-minutes ends what hangs, and always() still cleans up', async () => {
  const result = await run(
    steps(
      'slow',
      'timeout-minutes: 0.05',
      'run: exec sleep 60',
      '{ if: always(), run: echo cleaned }',
    ),
  )
  expect(conclusions(result)).toEqual({ slow: 'cancelled' })
  expect(job(result, 'slow').log).toContain('cleaned')
})

test('a job that runs out of time is not green, whatever its last program said', async () => {
  const result = await run(
    steps('slow', 'timeout-minutes: 0.05', 'run: sleep 10', 'run: exit 1') +
      steps('after', 'needs: slow', 'run: echo no') +
      steps('step', '', '{ timeout-minutes: 0.01, run: sleep 2 }'),
  )
  expect(conclusions(result)).toEqual({ slow: 'cancelled', after: 'skipped', step: 'failure' })
  expect(job(result, 'slow').steps.map(({ conclusion }) => conclusion)).toEqual([
    ...['cancelled', 'skipped'],
  ])
})

test('cancel-in-progress ends the run that is there, and the next one begins', async () => {
  const jobs = steps('one', '', 'run: sleep 2')
  await stage.publish({
    'group.yml': `on: workflow_dispatch\nconcurrency: { group: c, cancel-in-progress: true }\njobs:\n${jobs}`,
  })
  const runs = [1, 2].map(() => stage.run('group.yml', dispatch))
  const results = (await Promise.all(runs)).map(({ conclusion }) => conclusion)
  expect(results.toSorted()).toEqual(['cancelled', 'success'])
})

test('a run that is stopped ends as cancelled, here and in the record of runs', async () => {
  const stop = new AbortController()
  const log = (line: string) => {
    if (line === 'begun') stop.abort()
  }
  const jobs = steps('one', '', 'run: echo begun; exec sleep 60') + steps('two', '', 'run: echo no')
  const result = await run(jobs, { signal: stop.signal, log })
  expect(conclusions(result)).toEqual({ one: 'cancelled', two: 'cancelled' })
  expect(await stage.ask(`/actions/runs/${result.runId}`)).toMatchObject({
    ...{ name: 'Test', status: 'completed', conclusion: 'cancelled' },
  })
})

test('after a cancellation cancelled() and always() run, and success() and failure() do not', async () => {
  const stop = new AbortController()
  const log = (line: string) => {
    if (line === 'begun') stop.abort()
  }
  const asked = ['cancelled()', 'always()', 'success()', 'failure()']
  const jobs =
    steps(
      ...(['one', ''] as const),
      'run: echo begun; exec sleep 60',
      ...asked.map((condition) => `{ if: ${condition}, run: "echo 'ran ${condition}'" }`),
    ) + steps('two', 'needs: one\n    if: cancelled()', 'run: echo "two ran"')
  const result = await run(jobs, { signal: stop.signal, log })
  expect(job(result, 'one').log.match(/^ran .*/gm)).toEqual(['ran cancelled()', 'ran always()'])
  expect(job(result, 'two').log).toContain('two ran')
})

test('success() holds until a step has failed, and is what a step without if asks', async () => {
  const result = await run(
    steps(
      ...(['one', ''] as const),
      '{ if: success(), run: echo first }',
      '{ if: cancelled(), run: echo never }',
      'run: exit 1',
      '{ if: success(), run: echo never }',
      'run: echo never',
    ) +
      steps(
        'two',
        'needs: one\n    if: "!cancelled()"',
        'run: echo "after ${{ needs.one.result }}"',
      ),
  )
  const outcomes = job(result, 'one').steps.map(({ outcome }) => outcome)
  expect(outcomes).toEqual(['success', 'skipped', 'failure', 'skipped', 'skipped'])
  expect(job(result, 'two').log).toContain('after failure')
})

test('jobs of one group in several runs wait for each other; a third takes the place of the second', async () => {
  const jobs = steps('alone', 'concurrency: j', 'run: sleep 1') + steps('free', '', 'run: echo')
  await stage.publish({ 'group.yml': `on: workflow_dispatch\njobs:\n${jobs}` })
  const results = await Promise.all([1, 2, 3].map(() => stage.run('group.yml', dispatch)))
  const ends = results.map((result) => conclusions(result))
  expect(ends.map(({ alone }) => alone).toSorted()).toEqual(['cancelled', 'success', 'success'])
  expect(ends.map(({ free }) => free)).toEqual(['success', 'success', 'success'])
})
