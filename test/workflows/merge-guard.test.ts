import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { parseRepository } from '@recovery-playbook/github'
import { parse } from 'yaml'
import { workflowExamples } from '../tools/workflow-examples.ts'
import {
  checkout,
  daily,
  dispatch,
  job,
  openStage,
  type Stage,
  weekly,
  workflowText,
} from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 60_000)
afterAll(() => stage[Symbol.asyncDispose]())

const slow = 300_000
const file = 'merge-guard.yml'
/** Of a pull request that changes nothing, where no other event is given. */
async function guarded(event?: Parameters<Stage['run']>[1]) {
  const result = await stage.run(file, event ?? (await stage.pullRequest()))
  const [proof, check] = [job(result, 'proof'), job(result, 'merge-guard')]
  return { proof: proof.conclusion, check: check.conclusion, summary: proof.summary }
}

const words = (text: string): unknown => expect.stringContaining(text)

const request = () => githubClient(stage.github.token, stage.github.apiUrl)
const here = () => ({ ...parseRepository(stage.github.repository) })

/** Newest first. */
async function releases() {
  return (await request()('GET /repos/{owner}/{repo}/releases', here())).data
}

/** From the newest recovery point. */
async function removeParts() {
  const [newest] = await releases()
  for (const { name, id: asset_id } of newest?.assets ?? []) {
    if (!name.startsWith('database.dump')) continue
    const asset = { ...here(), asset_id }
    await request()('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', asset)
  }
}

const held = { proof: 'failure', check: 'failure' }

test('a merge is held, and the check is not pending, while nothing was ever exported', async () => {
  expect(await guarded()).toMatchObject({ ...held, summary: words('There is no recovery point') })
})

test(
  'a merge is held while what was exported was never restored, whatever its release notes say',
  async () => {
    expect((await stage.run('backup.yml', daily)).conclusion).toBe('success')
    const [{ id: release_id, body } = { id: 0, body: '' }] = await releases()
    await request()('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...{
        ...here(),
        release_id,
        body: `${body ?? ''}\n**PROVED** by [this run](https://x.example)`,
      },
    })
    expect(await guarded()).toMatchObject({ ...held, summary: words('No drill has left a record') })
  },
  slow,
)

test(
  'a backup that was proved lets merges pass: of the repository, of a fork, of a merge queue',
  async () => {
    expect((await stage.run('backup.yml', dispatch)).conclusion).toBe('success')
    for (const event of [
      await stage.pullRequest(),
      await stage.pullRequest({ fork: true }),
      await stage.mergeQueue(),
    ]) {
      expect(await guarded(event)).toMatchObject({ proof: 'success', check: 'success' })
    }
  },
  slow,
)

test(
  'an export that nobody has drilled yet does not hold merges, as long as the latest drill was good',
  async () => {
    const [drilled] = await releases()
    expect((await stage.run('backup.yml', daily)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({ proof: 'success', check: 'success' })
    // The strict rule: one limit for both. What was drilled is older than this, and the newest is not.
    const age = Math.floor((Date.now() - Date.parse(drilled?.published_at ?? '')) / 1000)
    const limits = `max-data-loss: ${age}s\n          max-proof-age: ${age}s`
    await stage.publish({ [file]: workflowText(file).replace('max-data-loss: 24h', limits) })
    const { summary, ...result } = await guarded()
    await stage.publish({ [file]: workflowText(file) })
    expect(result).toEqual(held)
    expect(summary).not.toContain('is stale')
    expect(summary).toContain(`The latest drill was of ${drilled?.tag_name ?? ''}`)
  },
  slow,
)

test(
  'a proof is not believed when another job of its run failed',
  async () => {
    const last = `  last:
    name: Last
    needs: verify
    runs-on: ubuntu-24.04
    permissions: {}
    steps:
      - run: exit 1
`
    await stage.publish({ 'backup.yml': `${workflowText('backup.yml')}${last}` })
    const failed = await stage.run('backup.yml', weekly)
    await stage.publish({ 'backup.yml': workflowText('backup.yml') })
    expect(job(failed, 'verify').summary).toContain('PROVED')
    expect(failed.conclusion).toBe('failure')
    expect(await guarded()).toMatchObject({ ...held, summary: words("ended with 'failure'") })
  },
  slow,
)

test(
  'a proof is not believed when it is of another workflow, and is when it is of the drill',
  async () => {
    await stage.publish({ 'other.yml': workflowText('restore-drill.yml') })
    expect((await stage.run('other.yml', dispatch)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({
      ...{ ...held, summary: words('is of .github/workflows/other.yml, not of ') },
    })
    expect((await stage.run('restore-drill.yml', dispatch)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({ proof: 'success', check: 'success' })
  },
  slow,
)

test('a proof and a recovery point that are too old hold merges', async () => {
  const impatient = workflowText(file).replace('max-data-loss: 24h', 'max-proof-age: 1s')
  await stage.publish({ [file]: impatient })
  expect(await guarded()).toMatchObject({ ...held, summary: words('are allowed') })
  const strict = workflowText(file).replace('max-data-loss: 24h', 'max-data-loss: 1s')
  await stage.publish({ [file]: strict })
  expect(await guarded()).toMatchObject({ ...held, summary: words('is stale') })
  await stage.publish({ [file]: workflowText(file) })
})

test('a pull request that brings a guard of its own is judged by the one of main', async () => {
  const changed = { 'actions/verify-restore/dist/index.js': 'console.log("evil")' }
  await removeParts()
  const event = await stage.pullRequest({ changed })
  expect(await guarded(event)).toMatchObject({ ...held, summary: words('lacks') })
})

test('a job that was skipped does not pass for a proof', async () => {
  const text = workflowText(file)
  await stage.publish({ [file]: text.replace('  proof:\n', '  proof:\n    if: false\n') })
  expect(await guarded()).toMatchObject({ proof: 'skipped', check: 'failure' })
  await stage.publish({ [file]: text })
})

interface Written {
  readonly jobs: Readonly<Record<string, { readonly needs?: string | readonly string[] }>>
}

test.each([
  ['merge-guard.yml', 'merge-guard', workflowText(file)],
  ['ci.yml', 'passed', workflowText('ci.yml')],
  ['the guard in the README', 'merge-guard', readmeGuard()],
])('the required check of %s needs every other job', (_, check, text) => {
  const { [check]: last, ...others } = (parse(text) as Written).jobs
  expect([last?.needs ?? []].flat().toSorted()).toEqual(Object.keys(others).toSorted())
})

function readmeGuard(): string {
  const examples = workflowExamples('README.md', readFileSync(`${checkout}/README.md`, 'utf8'))
  return examples.find(({ text }) => text.includes('mode: proof'))?.text ?? ''
}
