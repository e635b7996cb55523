import { afterAll, beforeAll, expect, test } from '@jest/globals'
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

test('a job that was skipped does not pass for a proof', async () => {
  const text = workflowText(file)
  await stage.publish({ [file]: text.replace('  proof:\n', '  proof:\n    if: false\n') })
  expect(await guarded()).toMatchObject({ proof: 'skipped', check: 'failure' })
  await stage.publish({ [file]: text })
})
