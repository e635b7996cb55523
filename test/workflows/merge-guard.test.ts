import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { parseRepository } from '@recovery-playbook/github'
import { daily, dispatch, job, openStage, type Stage, workflowText } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 60_000)
afterAll(() => stage[Symbol.asyncDispose]())

const slow = 120_000
const file = 'merge-guard.yml'
const fromFork = (fork: boolean) => ({ pull_request: { number: 1, head: { repo: { fork } } } })
const pullRequest = { name: 'pull_request', payload: fromFork(false) }

async function guarded(event: Parameters<Stage['run']>[1] = pullRequest) {
  const result = await stage.run(file, event)
  const [proof, check] = [job(result, 'proof'), job(result, 'merge-guard')]
  return { proof: proof.conclusion, check: check.conclusion, summary: proof.summary }
}

interface Runs {
  readonly workflow_runs: readonly Run[]
}
interface Run {
  readonly id: number
  readonly path: string
  readonly event: string
  readonly conclusion: string
  readonly status: string
}

const words = (text: string): unknown => expect.stringContaining(text)

/** What GitHub knows of a run, as the local one is told. */
const known = (run: Run | undefined) =>
  run && { id: run.id, path: run.path, event: run.event, conclusion: run.conclusion }

/** From the newest recovery point. */
async function removeParts() {
  const request = githubClient(stage.github.token, stage.github.apiUrl)
  const here = parseRepository(stage.github.repository)
  const { data } = await request('GET /repos/{owner}/{repo}/releases', { ...here })
  for (const { name, id: asset_id } of data[0]?.assets ?? []) {
    if (!name.startsWith('database.dump')) continue
    await request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...here, asset_id })
  }
}

const held = { proof: 'failure', check: 'failure' }

test('a merge is held, and the check is not pending, while nothing was ever exported', async () => {
  expect(await guarded()).toMatchObject({
    ...held,
    summary: expect.stringContaining('There is no recovery point'),
  })
})

test(
  'a merge is held while what was exported was never restored',
  async () => {
    expect((await stage.run('backup.yml', daily)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({
      ...held,
      summary: expect.stringContaining('No drill has left a record'),
    })
  },
  slow,
)

test(
  'a backup that was proved lets merges pass: of the repository, of a fork, of a merge queue',
  async () => {
    expect((await stage.run('backup.yml', dispatch)).conclusion).toBe('success')
    for (const event of [
      pullRequest,
      { name: 'pull_request', payload: fromFork(true) },
      { name: 'merge_group' },
    ]) {
      expect(await guarded(event)).toMatchObject({ proof: 'success', check: 'success' })
    }
  },
  slow,
)

test(
  'an export that nobody has drilled yet does not hold merges, as long as the latest drill was good',
  async () => {
    expect((await stage.run('backup.yml', daily)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({ proof: 'success', check: 'success' })
  },
  slow,
)

test('the latest drill decides: its run failed, or was one of another workflow, or it is old', async () => {
  const runs = ((await stage.ask('/actions/runs?per_page=100')) as Runs).workflow_runs
  const proving = runs.find(({ event }) => event === 'workflow_dispatch')
  const as = (change: object) => stage.github.addWorkflowRun({ ...known(proving), ...change })
  await as({ conclusion: 'failure' })
  expect(await guarded()).toMatchObject({ ...held, summary: words("ended with 'failure'") })
  await as({ path: '.github/workflows/other.yml' })
  expect(await guarded()).toMatchObject({ ...held, summary: words('other.yml') })
  await as({})
  expect(await guarded()).toMatchObject({ proof: 'success' })
  const impatient = workflowText(file).replace('max-data-loss: 24h', 'max-proof-age: 1s')
  await stage.publish({ [file]: impatient })
  expect(await guarded()).toMatchObject({ ...held, summary: words('are allowed') })
  const strict = workflowText(file).replace('max-data-loss: 24h', 'max-data-loss: 1s')
  await stage.publish({ [file]: strict })
  expect(await guarded()).toMatchObject({ ...held, summary: words('is stale') })
  await stage.publish({ [file]: workflowText(file) })
})

test('a pull request that brings a guard of its own is judged by the one of main', async () => {
  const green = 'console.log("evil")'
  const sha = await stage.propose({ 'actions/verify-restore/dist/index.js': green })
  await removeParts()
  const event = { ...pullRequest, ref: 'refs/pull/1/merge', sha }
  expect(await guarded(event)).toMatchObject({ ...held, summary: words('lacks') })
})

test('a job that was skipped does not pass for a proof', async () => {
  const text = workflowText(file)
  await stage.publish({ [file]: text.replace('  proof:\n', '  proof:\n    if: false\n') })
  expect(await guarded()).toMatchObject({ proof: 'skipped', check: 'failure' })
  await stage.publish({ [file]: text })
})
