import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runJobs, steps, type Words } from './small-workflow.ts'
import { conclusions, dispatch, job, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ secrets: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

const run = (...words: Words) => runJobs(stage, ...words)

test('inputs are typed, defaulted and checked', async () => {
  const head =
    '{ inputs: { go: { type: boolean }, to: { type: choice, options: [a, b], default: a }, must: { required: true } } }'
  const jobs = steps(
    'one',
    'if: inputs.go',
    'run: echo "${{ inputs.to }}-${{ github.event.inputs.go }}"',
  )
  const result = await run(jobs, { inputs: { go: 'true', must: 'x' } }, head)
  expect(job(result, 'one').log).toContain('a-true')
  const refused = (inputs: Record<string, string>) => run(jobs, { inputs }, head)
  await expect(refused({})).rejects.toThrow("input 'must' is required")
  await expect(refused({ must: 'x', to: 'c' })).rejects.toThrow(
    "input 'to' is 'c', not one of a, b",
  )
  await expect(refused({ must: 'x', too: 'a' })).rejects.toThrow("there is no input 'too'")
})

test('a called workflow gets inputs and named secrets, gives outputs, and no more permissions', async () => {
  const called = (permissions: string) =>
    `on: { workflow_call: { inputs: { who: { type: string, required: true } }, secrets: { S: { required: true } },
       outputs: { said: { value: "\${{ jobs.inner.outputs.said }}" } } } }\njobs:\n` +
    steps(
      ...([
        'inner',
        `permissions: { ${permissions} }\n    outputs: { said: "\${{ steps.s.outputs.said }}" }`,
      ] as const),
      '{ id: s, env: { S: "${{ secrets.S }}" }, run: \'echo "said=${{ inputs.who }} ${#S}" >> "$GITHUB_OUTPUT"\' }',
    )
  const calling =
    '  call: { uses: ./.github/workflows/called.yml, permissions: { contents: read }, with: { who: me }, secrets: { S: "${{ secrets.OTHER }}" } }\n' +
    steps('after', 'needs: call', 'run: echo "${{ needs.call.outputs.said }}"')
  const secrets = { OTHER: 'sesame' }
  await stage.publish({ 'called.yml': called('contents: read') })
  const result = await run(calling, { secrets })
  expect(conclusions(result)).toEqual({ 'call / inner': 'success', after: 'success' })
  expect(job(result, 'after').log).toContain('me 6')
  await stage.publish({ 'called.yml': called('contents: write') })
  await expect(run(calling, { secrets })).rejects.toThrow(
    "requests 'contents: write' but is only allowed 'contents: read'",
  )
})

test('secrets: inherit hands on all secrets, and a call without it none', async () => {
  const inner = steps(
    'inner',
    '',
    '{ env: { S: "${{ secrets.S }}" }, run: \'echo "${#S} letters"\' }',
  )
  await stage.publish({ 'called.yml': `on: workflow_call\njobs:\n${inner}` })
  const call = (more: string) => `  call: { uses: ./.github/workflows/called.yml${more} }\n`
  const log = async (jobs: string) =>
    job(await run(jobs, { secrets: { S: 'sesame' } }), 'call / inner').log
  expect(await log(call(', secrets: inherit'))).toContain('6 letters')
  expect(await log(call(''))).toContain('0 letters')
})

test('a called workflow waits for its own concurrency group; a third takes the place of the second', async () => {
  const inner = steps('inner', '', 'run: sleep 1')
  const concurrency = 'concurrency: { group: called, cancel-in-progress: false }'
  const calling =
    '  call: { uses: ./.github/workflows/called.yml }\n' + steps('own', '', 'run: echo')
  await stage.publish({
    'called.yml': `on: workflow_call\n${concurrency}\njobs:\n${inner}`,
    'calling.yml': `on: workflow_dispatch\njobs:\n${calling}`,
  })
  const results = await Promise.all([1, 2, 3].map(() => stage.run('calling.yml', dispatch)))
  const ends = results.map((result) => JSON.stringify(conclusions(result)))
  expect(ends.toSorted()).toEqual([
    '{"call / inner":"success","own":"success"}',
    '{"call / inner":"success","own":"success"}',
    '{"call":"cancelled","own":"success"}',
  ])
})

test('cancel-in-progress of a called workflow ends its jobs, and nothing else of the run', async () => {
  const inner = steps('inner', '', 'run: sleep 2') + steps('next', 'needs: inner', 'run: echo')
  const concurrency = 'concurrency: { group: newest, cancel-in-progress: true }'
  const calling =
    '  call: { uses: ./.github/workflows/called.yml }\n' + steps('own', '', 'run: echo')
  await stage.publish({
    'called.yml': `on: workflow_call\n${concurrency}\njobs:\n${inner}`,
    'calling.yml': `on: workflow_dispatch\njobs:\n${calling}`,
  })
  const results = await Promise.all([1, 2].map(() => stage.run('calling.yml', dispatch)))
  const ends = results.map((result) => JSON.stringify(conclusions(result)))
  expect(ends.toSorted()).toEqual([
    '{"call / inner":"cancelled","call / next":"cancelled","own":"success"}',
    '{"call / inner":"success","call / next":"success","own":"success"}',
  ])
})

test('a run that would wait for itself is refused instead of hanging for ever', async () => {
  const inner = steps('inner', '', 'run: echo')
  await stage.publish({ 'called.yml': `on: workflow_call\nconcurrency: G\njobs:\n${inner}` })
  const calling = '  call: { uses: ./.github/workflows/called.yml, concurrency: g }\n'
  await expect(run(calling)).rejects.toThrow(
    "called.yml:2: concurrency: the run waits for itself in 'G'",
  )
})
