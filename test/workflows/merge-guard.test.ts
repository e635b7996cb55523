import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { parseRepository } from '@recovery-playbook/github'
import { parse } from 'yaml'
import { claimProof } from '../support/claimed-proof.ts'
import { dispatch, drillOf, job, openStage, type Stage, userFiles, workflowText } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ user: true })
})
afterAll(() => stage[Symbol.asyncDispose]())

const slow = 300_000
const file = 'merge-guard.yml'
/** The README's. */
const short = userFiles()
const text = (name: string) => short[name] ?? ''

/** Of a pull request that changes nothing, where no other event is given. */
async function guarded(event?: Parameters<Stage['run']>[1]) {
  const result = await stage.run(file, event ?? (await stage.pullRequest()))
  const [proof, check] = [job(result, 'guard / proof'), job(result, 'guard / merge-guard')]
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

/** The guard's file with other limits. */
const limited = ({ dataLoss = '24h', proofAge = '8d' }) =>
  `${text(file)}    with: { max-data-loss: ${dataLoss}, max-proof-age: ${proofAge} }\n`

/** A backup that no drill follows. */
async function exported(): Promise<void> {
  const asked = text('backup.yml').replace(
    '    secrets:',
    '    with: { drills: none }\n    secrets:',
  )
  await stage.publish({ 'export.yml': asked })
  expect((await stage.run('export.yml', dispatch)).conclusion).toBe('success')
}

const held = { proof: 'failure', check: 'failure' }

test('a merge is held, and the check is not pending, while nothing was ever exported', async () => {
  expect(await guarded()).toMatchObject({ ...held, summary: words('There is no recovery point') })
})

test(
  'a merge is held while what was exported was never restored, whatever its release notes say',
  async () => {
    await exported()
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
    await exported()
    expect(await guarded()).toMatchObject({ proof: 'success', check: 'success' })
    // The strict rule: one limit for both. What was drilled is older than this, and the newest is not.
    const age = Math.floor((Date.now() - Date.parse(drilled?.published_at ?? '')) / 1000)
    await stage.publish({ [file]: limited({ dataLoss: `${age}s`, proofAge: `${age}s` }) })
    const { summary, ...result } = await guarded()
    await stage.publish({ [file]: text(file) })
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
    needs: backup
    runs-on: ubuntu-24.04
    permissions: {}
    steps:
      - run: exit 1
`
    await stage.publish({ 'backup.yml': `${text('backup.yml')}${last}` })
    const failed = await stage.run('backup.yml', dispatch)
    await stage.publish({ 'backup.yml': text('backup.yml') })
    expect(drillOf(failed, 'database-restore', 'backup / ').summary).toContain('PROVED')
    expect(failed.conclusion).toBe('failure')
    expect(await guarded()).toMatchObject({ ...held, summary: words("ended with 'failure'") })
  },
  slow,
)

test(
  'a proof is not believed when it is of another workflow, and is when it is of the drill',
  async () => {
    await stage.publish({ 'other.yml': text('restore-drill.yml') })
    expect((await stage.run('other.yml', dispatch)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({
      ...{ ...held, summary: words('is of .github/workflows/other.yml, not of ') },
    })
    expect((await stage.run('restore-drill.yml', dispatch)).conclusion).toBe('success')
    expect(await guarded()).toMatchObject({ proof: 'success', check: 'success' })
  },
  slow,
)

test('a proof is not believed when its run is of a fork, was deleted, or was started by a push', async () => {
  const [newest] = await releases()
  const tag = newest?.tag_name ?? ''
  const claims: [Parameters<typeof stage.github.addWorkflowRun>[0] | undefined, string][] = [
    [{ headRepository: 'stranger/journal' }, 'ran on the code of stranger/journal'],
    [{ event: 'push' }, 'ran for a push'],
    [undefined, 'GitHub does not show'],
  ]
  for (const [run, why] of claims) {
    const id = run === undefined ? 999_999 : (await stage.github.addWorkflowRun(run)).id
    await claimProof(stage.github, tag, { run: { id, attempt: 1 } })
    expect(await guarded()).toMatchObject({ ...held, summary: words(why) })
  }
  const { id } = await stage.github.addWorkflowRun({})
  await claimProof(stage.github, tag, { run: { id, attempt: 1 } })
  expect(await guarded()).toMatchObject({ proof: 'success', check: 'success' })
})

test('while GitHub is down the check fails, and says so', async () => {
  stage.github.arm({ kind: 'status', status: 451, path: 'releases', times: 99 })
  const { summary, ...ended } = await guarded()
  stage.github.disarm()
  expect(ended).toEqual(held)
  expect(summary).toContain('refused to list the releases')
})

test('a repair passes unproved where any other change is held', async () => {
  await stage.publish({ [file]: limited({ dataLoss: '1s' }) })
  const repair = await stage.pullRequest({ changed: { '.github/workflows/backup.yml': '# x\n' } })
  expect(await guarded(repair)).toMatchObject({
    ...{ proof: 'success', check: 'success', summary: words('NOT PROVED, repair') },
  })
  const other = await stage.pullRequest({ changed: { 'app.py': '# x\n' } })
  expect(await guarded(other)).toMatchObject(held)
  await stage.publish({ [file]: text(file) })
})

test('a proof and a recovery point that are too old hold merges', async () => {
  await stage.publish({ [file]: limited({ proofAge: '1s' }) })
  expect(await guarded()).toMatchObject({ ...held, summary: words('are allowed') })
  await stage.publish({ [file]: limited({ dataLoss: '1s' }) })
  expect(await guarded()).toMatchObject({ ...held, summary: words('is stale') })
  await stage.publish({ [file]: text(file) })
})

test('a pull request that brings bundles of its own is judged by the one of main', async () => {
  const changed = { 'actions/verify-restore/dist/index.js': 'console.log("evil")' }
  await removeParts()
  const event = await stage.pullRequest({ changed })
  expect(await guarded(event)).toMatchObject({ ...held, summary: words('lacks') })
})

test('a job that was skipped does not pass for a proof', async () => {
  const skipping = workflowText(file).replace('  proof:\n', '  proof:\n    if: false\n')
  await stage.publish({ 'skipping.yml': skipping })
  const result = await stage.run('skipping.yml', await stage.pullRequest())
  expect(job(result, 'proof').conclusion).toBe('skipped')
  expect(job(result, 'merge-guard').conclusion).toBe('failure')
})

interface Written {
  readonly jobs: Readonly<Record<string, { readonly needs?: string | readonly string[] }>>
}

test.each([
  ['merge-guard.yml', 'merge-guard', workflowText(file)],
  ['ci.yml', 'passed', workflowText('ci.yml')],
])('the required check of %s needs every other job', (_, check, text) => {
  const { [check]: last, ...others } = (parse(text) as Written).jobs
  expect([last?.needs ?? []].flat().toSorted()).toEqual(Object.keys(others).toSorted())
})
