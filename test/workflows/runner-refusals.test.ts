import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runJobs, steps, type Words } from './small-workflow.ts'
import { job, openStage, push, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ secrets: false })
})
afterAll(() => stage[Symbol.asyncDispose]())

const run = (...words: Words) => runJobs(stage, ...words)

test.each([
  ['set-output', 'echo "::set-output name=a::b"'],
  ['stop-commands', 'echo "  ::stop-commands::x"'],
  ['add-matcher', 'echo "::add-matcher::problem.json"'],
  ['warnin', 'echo "::warnin::it is mistyped"'],
  ['error', 'echo "##[error]in the old form"'],
])(
  'what GitHub’s runner understands and this one does not, fails by name: ::%s::',
  async (name, command) => {
    await expect(run(steps('one', '', `run: '${command}'`))).rejects.toThrow(
      `::${name}:: in the log: this runner does not support it`,
    )
  },
)

test('a pull request that is closed starts nothing', async () => {
  await stage.publish({ 'pr.yml': `on: pull_request\njobs:\n${steps('one', '', 'run: echo')}` })
  const event = { name: 'pull_request', payload: { action: 'closed' } }
  await expect(stage.run('pr.yml', event)).rejects.toThrow(
    "does not start on pull_request 'closed'",
  )
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

const nothing = steps('one', '', 'run: echo')

test.each([
  [
    'a schedule that it does not have',
    '{ schedule: [{ cron: "1 2 * * *" }] }',
    { name: 'schedule', payload: { schedule: '2 2 * * *' } },
    "does not start on the schedule '2 2 * * *', only on '1 2 * * *'",
  ],
  [
    'a tag that its filter leaves out',
    '{ push: { tags: ["v*"] } }',
    { ...push, ref: 'refs/tags/w1' },
    'does not start on push to refs/tags/w1',
  ],
  [
    'a branch, where it names tags alone',
    '{ push: { tags: ["v*"] } }',
    push,
    'does not start on push to refs/heads/main',
  ],
  [
    'an event that it does not name',
    'push',
    { name: 'merge_group' },
    'does not start on merge_group',
  ],
])('a workflow does not start on %s', async (_, on, event, refusal) => {
  await stage.publish({ 'on.yml': `on: ${on}\njobs:\n${nothing}` })
  stage.tag('w1')
  await expect(stage.run('on.yml', event)).rejects.toThrow(refusal)
})

test('the time zone of a schedule is not known here, and refused', async () => {
  const on = '{ schedule: [{ cron: "1 2 * * *", timezone: Europe/Zurich }] }'
  await stage.publish({ 'on.yml': `on: ${on}\njobs:\n${nothing}` })
  const event = { name: 'schedule', payload: { schedule: '1 2 * * *' } }
  await expect(stage.run('on.yml', event)).rejects.toThrow(
    'on.yml:1: timezone: this runner does not support it',
  )
})

test.each([
  ['redis:7', '6379', 'only postgres:<major> is supported here'],
  ['postgres:17-alpine', '5432', 'only postgres:<major> is supported here'],
  ['postgres:17', '6000', 'ports must be 5432 or N:5432'],
])('the service %s on %s is refused by name', async (image, port, refusal) => {
  const services = `services: { db: { image: "${image}", ports: ["${port}"] } }`
  await expect(run(steps('one', services, 'run: echo'))).rejects.toThrow(
    new RegExp(`test.yml:\\d+: services.db: .*${refusal}`),
  )
})

test.each([
  ['github.actor_id', 'github.actor_id: this runner does not model it'],
  ["github['repositoryUrl']", 'github.repositoryUrl: this runner does not model it'],
  ['github.event.head_commit.message', 'github.event.head_commit: this runner does not model it'],
  ['GITHUB.event.repository.id', 'github.event.repository.id: this runner does not model it'],
  ['toJSON(github)', 'github: this runner does not model all of it'],
  ['toJSON(github.event)', 'github.event: this runner does not model all of it'],
  ['github[inputs.x]', 'github.*: this runner needs the name of the field'],
])('what only GitHub knows is not taken for empty: %s', async (expression, refusal) => {
  const line = `run: echo "\${{ ${expression} }}"`
  await expect(run(steps('one', '', line))).rejects.toThrow(refusal)
})

test('what is empty on GitHub, too, is empty here', async () => {
  const fields = ['schedule', 'pull_request.head.ref', 'inputs.never', 'action']
  const text = fields.map((field) => `\${{ github.event.${field} }}`).join('')
  const result = await run(steps('one', '', `run: 'echo "<${text}>"'`))
  expect(job(result, 'one').log).toContain('\n<>')
})

test('a pull request and a merge queue tell what is merged into what', async () => {
  const fields = [
    ...['number', 'pull_request.number', 'pull_request.base.ref', 'pull_request.head.ref'],
    ...['pull_request.head.repo.fork', 'merge_group.base_ref', 'merge_group.head_ref'],
  ]
  const text = fields.map((field) => `\${{ github.event.${field} }}`).join(' ')
  const line = `run: 'echo "${text} \${{ github.base_ref }} \${{ github.ref }}"'`
  const on = 'on: { pull_request: { branches: [main] }, merge_group: { branches: [main] } }'
  await stage.publish({ 'pr.yml': `${on}\njobs:\n${steps('one', '', line)}` })
  const said = async (event: Parameters<Stage['run']>[1]) =>
    job(await stage.run('pr.yml', event), 'one')
      .log.split('\n')
      .at(-1)
  const queue = await stage.mergeQueue()
  expect(await said(await stage.pullRequest())).toBe(
    '1 1 main change false   main refs/pull/1/merge',
  )
  expect(await said(queue)).toBe(`     refs/heads/main ${queue.ref}  ${queue.ref}`)
  await expect(
    stage.run('pr.yml', {
      name: 'pull_request',
      payload: { pull_request: { base: { ref: 'next' } } },
    }),
  ).rejects.toThrow('does not start on pull_request to refs/heads/next')
})
