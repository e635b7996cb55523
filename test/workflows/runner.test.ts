import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import { newestServer } from '../support/postgres.ts'
import { conclusions, dispatch, job, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ secrets: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

type More = Parameters<Stage['run']>[2]

/** Runs a workflow that is started by hand. */
async function run(jobs: string, more?: More, head = '') {
  const text = `name: Test\non: { workflow_dispatch: ${head || '{}'} }\njobs:\n${jobs}`
  await stage.publish({ 'test.yml': text })
  return stage.run('test.yml', dispatch, more)
}

/** A job of `run` steps. */
const steps = (id: string, more: string, ...lines: readonly string[]) =>
  [`  ${id}:`, '    runs-on: ubuntu-24.04', ...(more === '' ? [] : [`    ${more}`]), '    steps:']
    .concat(lines.map((line) => `      - ${line}`))
    .join('\n') + '\n'

test('a job whose needs failed is skipped; status functions decide otherwise', async () => {
  const result = await run(
    steps(
      'broken',
      '',
      'run: exit 3',
      'run: echo never',
      '{ if: failure(), run: echo cleaned up }',
    ) +
      steps('after', 'needs: broken', 'run: echo never') +
      steps('report', 'needs: [broken, after]\n    if: failure()', 'run: echo reported') +
      steps('last', 'needs: after\n    if: always()', 'run: echo "${{ needs.after.result }}"'),
  )
  expect(result.conclusion).toBe('failure')
  expect(conclusions(result)).toEqual({
    ...{ broken: 'failure', after: 'skipped', report: 'success', last: 'success' },
  })
  const { log, steps: ran } = job(result, 'broken')
  expect(log).toContain('cleaned up')
  expect(ran.map(({ outcome }) => outcome)).toEqual(['failure', 'skipped', 'success'])
  expect(ran[0]?.exitCode).toBe(3)
  expect(job(result, 'last').log).toContain('\nskipped')
})

test('a step that may fail does not fail its job', async () => {
  const result = await run(
    steps(
      ...(['one', ''] as const),
      '{ id: may, run: exit 1, continue-on-error: true }',
      'run: echo "${{ steps.may.outcome }} ${{ steps.may.conclusion }} ${{ job.status }}"',
    ),
  )
  expect(result.conclusion).toBe('success')
  expect(job(result, 'one').log).toContain('failure success success')
})

test('a failure inside a pipe is seen by shell: bash alone, as on GitHub', async () => {
  const result = await run(
    steps('unspecified', '', 'run: false | cat') +
      steps('bash', '', '{ run: false | cat, shell: bash }') +
      steps('sh', '', '{ run: "false; echo on", shell: sh }') +
      steps('python', '', '{ run: "print(6 * 7)", shell: python }'),
  )
  expect(conclusions(result)).toEqual({
    ...{ unspecified: 'success', bash: 'failure', sh: 'failure', python: 'success' },
  })
  expect(job(result, 'python').log).toContain('42')
})

test('env, GITHUB_ENV, GITHUB_PATH and outputs reach the steps and jobs after', async () => {
  const result = await run(
    steps(
      ...([
        'first',
        'env: { A: job, B: job }\n    outputs: { x: "${{ steps.s.outputs.x }}" }',
      ] as const),
      '{ id: s, env: { B: step }, run: \'echo "x=$A-$B-${{ env.B }}" >> "$GITHUB_OUTPUT"\' }',
      'run: echo "A=later" >> "$GITHUB_ENV"; echo /nowhere/bin >> "$GITHUB_PATH"',
      'run: echo "$A $B"; echo "${PATH%%:*}"; echo "# Done" >> "$GITHUB_STEP_SUMMARY"',
    ) + steps('second', 'needs: first', 'run: echo "got ${{ needs.first.outputs.x }}"'),
  )
  expect(job(result, 'first').log).toContain('later job\n/nowhere/bin')
  expect(job(result, 'first').summary).toBe('# Done\n')
  expect(job(result, 'second').log).toContain('got job-step-step')
})

test('a secret is masked in the log and does not leave its job as an output', async () => {
  const result = await run(
    steps(
      ...(['one', 'outputs: { leak: "${{ steps.s.outputs.leak }}" }'] as const),
      '{ id: s, env: { S: "${{ secrets.S }}" }, run: \'echo "<$S>"; echo "leak=$S" >> "$GITHUB_OUTPUT"\' }',
      'run: echo "::add-mask::hidden"; echo "<hidden>"',
    ),
    { secrets: { S: 'sesame open' } },
  )
  expect(job(result, 'one').log).toContain('<***>')
  expect(JSON.stringify(result.jobs[0]?.log)).not.toMatch(/sesame|n<hidden/)
  expect(job(result, 'one').outputs).toEqual({ leak: '' })
  expect(job(result, 'one').log).toContain("Skip output 'leak'")
})

test('a matrix runs each of its legs, with include and exclude', async () => {
  const matrix =
    'strategy: { fail-fast: false, matrix: { v: [1, 2, 3], exclude: [{ v: 2 }], include: [{ v: 3, w: x }] } }'
  const result = await run(steps('leg', matrix, 'run: test "${{ matrix.v }}${{ matrix.w }}" != 1'))
  expect(conclusions(result)).toEqual({ 'leg (1)': 'failure', 'leg (3, x)': 'success' })
  expect(result.conclusion).toBe('failure')
})

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

test('an action runs from its checkout with defaults, and its post step after all others', async () => {
  const action = `name: A\ndescription: A\ninputs: { who: { description: W, default: world } }
runs: { using: node24, main: main.js, post: post.js }`
  const main = `import { appendFileSync } from 'node:fs'
console.log('hello ' + process.env.INPUT_WHO)
appendFileSync(process.env.GITHUB_STATE, 'kept=from main\\n')`
  await stage.publish({
    'a/action.yml': action,
    'a/main.js': main,
    'a/post.js': 'console.log("post " + process.env.STATE_kept)',
  })
  const uses = 'uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1'
  const result = await run(steps('one', '', uses, 'uses: ./a', 'run: echo between; exit 1'))
  expect(job(result, 'one').log).toMatch(/hello world[^]*between[^]*post from main/)
  await expect(run(steps('one', '', 'uses: ./a'))).rejects.toThrow(
    /test\.yml:\d+: uses: \.\/a: there is no action\.yml/,
  )
})

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
      'timeout-minutes: 0.01',
      'run: exec sleep 60',
      '{ if: always(), run: echo cleaned }',
    ),
  )
  expect(conclusions(result)).toEqual({ slow: 'cancelled' })
  expect(job(result, 'slow').log).toContain('cleaned')
})

test('a job that runs out of time is not green, whatever its last program said', async () => {
  const result = await run(
    steps('slow', 'timeout-minutes: 0.01', 'run: sleep 2', 'run: exit 1') +
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

test.each(['echo "::set-output name=a::b"', 'echo "::stop-commands::x"'])(
  'what GitHub’s runner understands and this one does not, fails by name: %s',
  async (command) => {
    await expect(run(steps('one', '', `run: '${command}'`))).rejects.toThrow(/does not support it/)
  },
)

test('secrets are masked whole, also one that begins with another, and in the summary', async () => {
  const secrets = { S: 'sesame', L: 'sesame-open-long' }
  const lines = 'run: echo "<$L>" | tee -a "$GITHUB_STEP_SUMMARY"'
  const env = 'env: { S: "${{ secrets.S }}", L: "${{ secrets.L }}" }'
  const result = await run(steps('one', env, lines), { secrets })
  expect(job(result, 'one').log).toContain('<***>')
  expect(job(result, 'one').summary).toBe('<***>\n')
})

test('a pull request that is closed starts nothing', async () => {
  await stage.publish({ 'pr.yml': `on: pull_request\njobs:\n${steps('one', '', 'run: echo')}` })
  const event = { name: 'pull_request', payload: { action: 'closed' } }
  await expect(stage.run('pr.yml', event)).rejects.toThrow(
    "does not start on pull_request 'closed'",
  )
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

test('services.postgres is a real PostgreSQL with the role and database that were asked for', async () => {
  const major = (await newestServer(childProcesses()))?.major ?? 0
  const services = `services: { db: { image: "postgres:${major}", ports: ["5432"], env: { POSTGRES_PASSWORD: pw, POSTGRES_DB: app } } }`
  const url = 'postgresql://postgres:pw@127.0.0.1:${{ job.services.db.ports[5432] }}/app'
  const result = await run(
    steps('one', services, `run: psql "${url}" -Atc 'SELECT current_user || current_database()'`),
  )
  expect(job(result, 'one').log).toContain('postgresapp')
})

test('a pull request from a fork gets no secret and a token that only reads', async () => {
  const text = `on: pull_request\npermissions: { contents: write }\njobs:\n${steps(
    ...(['one', ''] as const),
    '{ env: { S: "${{ secrets.S }}", T: "${{ github.token }}" }, run: \'echo "<$S>"; curl -s -o /dev/null -w "%{http_code}" -X POST -H "authorization: Bearer $T" -d "{}" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/git/refs"; echo\' }',
  )}`
  await stage.publish({ 'fork.yml': text })
  const head = { ref: 'patch', repo: { fork: true } }
  const event = { name: 'pull_request', payload: { pull_request: { head, base: { ref: 'main' } } } }
  const result = await stage.run('fork.yml', event, { secrets: { S: 'sesame' } })
  expect(job(result, 'one').log).toContain('<>\n403')
})
