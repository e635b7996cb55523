import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import { newestServer } from '../support/postgres.ts'
import { runJobs, steps, type Words } from './small-workflow.ts'
import { conclusions, job, openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ secrets: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

const run = (...words: Words) => runJobs(stage, ...words)

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

test('secrets are masked whole, also one that begins with another, and in the summary', async () => {
  const secrets = { S: 'sesame', L: 'sesame-open-long' }
  const lines = 'run: echo "<$L>" | tee -a "$GITHUB_STEP_SUMMARY"'
  const env = 'env: { S: "${{ secrets.S }}", L: "${{ secrets.L }}" }'
  const result = await run(steps('one', env, lines), { secrets })
  expect(job(result, 'one').log).toContain('<***>')
  expect(job(result, 'one').summary).toBe('<***>\n')
})

test('a matrix runs each of its legs, with include and exclude', async () => {
  const matrix =
    'strategy: { fail-fast: false, matrix: { v: [1, 2, 3], exclude: [{ v: 2 }], include: [{ v: 3, w: x }] } }'
  const result = await run(steps('leg', matrix, 'run: test "${{ matrix.v }}${{ matrix.w }}" != 1'))
  expect(conclusions(result)).toEqual({ 'leg (1)': 'failure', 'leg (3, x)': 'success' })
  expect(result.conclusion).toBe('failure')
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

test('services.postgres is a real PostgreSQL with the role and database that were asked for', async () => {
  const major = (await newestServer(childProcesses()))?.major ?? 0
  const services = `services: { db: { image: "postgres:${major}", ports: ["5432"], env: { POSTGRES_PASSWORD: pw, POSTGRES_DB: app } } }`
  const url = 'postgresql://postgres:pw@127.0.0.1:${{ job.services.db.ports[5432] }}/app'
  const result = await run(
    steps('one', services, `run: psql "${url}" -Atc 'SELECT current_user || current_database()'`),
  )
  expect(job(result, 'one').log).toContain('postgresapp')
})

test('post-if decides whether the post step of an action runs', async () => {
  const action = (condition: string) => `name: A\ndescription: A
runs: { using: node24, main: main.js, post: post.js, post-if: ${condition} }`
  await stage.publish({
    ...{ 'a/action.yml': action('success()'), 'b/action.yml': action('failure()') },
    ...{ 'a/main.js': '', 'a/post.js': 'console.log("all is well")' },
    ...{ 'b/main.js': '', 'b/post.js': 'console.log("tidied up")' },
  })
  const uses = 'uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1'
  const both = [uses, 'uses: ./a', 'uses: ./b']
  const result = await run(steps('good', '', ...both) + steps('bad', '', ...both, 'run: exit 1'))
  expect(job(result, 'good').log).toMatch(/all is well/)
  expect(job(result, 'good').log).not.toContain('tidied up')
  expect(job(result, 'bad').log).toMatch(/tidied up/)
  expect(job(result, 'bad').log).not.toContain('all is well')
})

test('a leg that fails cancels those after it, unless fail-fast is false', async () => {
  const matrix = (more: string) => `strategy: { ${more} matrix: { v: [1, 2, 3] } }`
  const line = 'run: test "${{ matrix.v }}" != 2'
  const legs = (last: string) => ({ 'leg (1)': 'success', 'leg (2)': 'failure', 'leg (3)': last })
  expect(conclusions(await run(steps('leg', matrix(''), line)))).toEqual(legs('cancelled'))
  expect(conclusions(await run(steps('leg', matrix('fail-fast: true,'), line)))).toEqual(
    legs('cancelled'),
  )
  expect(conclusions(await run(steps('leg', matrix('fail-fast: false,'), line)))).toEqual(
    legs('success'),
  )
})
