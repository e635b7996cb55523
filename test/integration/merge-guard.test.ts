import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { githubClient, systemClock } from '@recovery-playbook/host'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { logKeeper, proved, readProof, writeLog } from '@recovery-playbook/recovery-log'
import { logPages } from '@recovery-playbook/report'
import { openScene, type Scene } from '../support/scene.ts'

let scene: Scene
let tag = ''

beforeAll(async () => {
  scene = await openScene()
  tag = await scene.publish()
})
afterAll(() => scene[Symbol.asyncDispose]())

/** What a pull request's job has: no secret, and rights to read alone. */
function guard(inputs: Record<string, string> = {}): Promise<ActionResult> {
  const token = scene.github.issueToken({ contents: 'read', actions: 'read' })
  return scene.run('verify-restore', { mode: 'proof', ...inputs }, { github: { token } })
}

const asRepository = () => {
  const [owner = '', repo = ''] = scene.github.repository.split('/')
  return { owner, repo }
}

const request = () => githubClient(scene.github.token, scene.github.apiUrl)

/** The true record of a drill, with another run in it: whoever may write to the branch can do that. */
async function claim(run: { id: number; attempt: number }): Promise<void> {
  const proof = await readProof(request(), asRepository(), tag)
  const record = await proved({ ...proof, verdict: 'PROVED', run })
  const runner = {
    context: { repository: scene.github.repository, serverUrl: scene.github.apiUrl },
    clock: systemClock,
    warn: (line: string) => {
      throw new Error(line)
    },
  }
  await writeLog(logKeeper(runner, request(), logPages), [record], 'A claim')
}

/** The same, with a run of which GitHub knows this. */
async function claimRun(known: Parameters<Scene['github']['addWorkflowRun']>[0]): Promise<void> {
  const { id } = await scene.github.addWorkflowRun(known)
  await claim({ id, attempt: 1 })
}

const asFound = ({ exitCode, outputs, log }: ActionResult) => ({
  exitCode,
  verdict: outputs.verdict,
  log,
})

const refused = (exitCode: number, verdict: string, words: string) => ({
  exitCode,
  verdict,
  log: expect.stringContaining(words),
})

test('a merge is held while no recovery point exists', async () => {
  expect(asFound(await guard({ name: 'another' }))).toEqual(
    refused(1, 'FAILED', 'There is no recovery point'),
  )
})

test('a merge is held while the newest recovery point was never drilled', async () => {
  expect(asFound(await guard())).toEqual(
    refused(2, 'NOT PROVED', `No drill has left a record of ${tag}`),
  )
})

describe('a recovery point that was drilled', () => {
  beforeAll(async () => {
    const { id } = await scene.github.addWorkflowRun({})
    const environment = { GITHUB_RUN_ID: String(id) }
    expect((await scene.drill({}, { environment })).exitCode).toBe(0)
  })

  test('lets a merge pass, without a passphrase and with rights to read alone', async () => {
    expect(asFound(await guard())).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  })

  test('holds a merge again when it is too old', async () => {
    expect(asFound(await guard({ 'max-data-loss': '1s' }))).toEqual(
      refused(1, 'FAILED', 'The recovery point is stale'),
    )
  })

  test('holds a merge when the job may not ask about runs', async () => {
    const token = scene.github.issueToken({ contents: 'read' })
    const result = await scene.run('verify-restore', { mode: 'proof' }, { github: { token } })
    expect(asFound(result)).toMatchObject({ exitCode: 2, verdict: 'NOT PROVED' })
  })
})

describe('a record is not believed', () => {
  const past = '2020-01-01T00:00:00Z'
  const claims: [string, Parameters<Scene['github']['addWorkflowRun']>[0], string][] = [
    ['of a run that failed', { conclusion: 'failure' }, "ended with 'failure'"],
    ['of a run that has not ended', { status: 'in_progress' }, 'ended with'],
    [
      'of a run of another workflow',
      { path: '.github/workflows/evil.yml' },
      'is of .github/workflows/evil.yml',
    ],
    ['of a run on another branch', { headBranch: 'feature' }, 'ran on feature, not on main'],
    ['of a run for a pull request', { event: 'pull_request' }, 'ran for a pull request'],
    ['of a run that was run again since', { runAttempt: 2 }, 'has been run again'],
    [
      'of a run before the recovery point',
      { createdAt: past, updatedAt: past },
      'before the recovery point was published',
    ],
  ]
  test.each(claims)('%s', async (_, run, words) => {
    await claimRun(run)
    expect(asFound(await guard())).toEqual(refused(2, 'NOT PROVED', words))
  })

  test('of a run that GitHub does not show', async () => {
    await claim({ id: 999_999, attempt: 1 })
    expect(asFound(await guard())).toEqual(refused(2, 'NOT PROVED', 'GitHub does not show'))
  })
})

test('a drill that fails takes back the proof of the one before it', async () => {
  await claimRun({})
  const { id } = await scene.github.addWorkflowRun({})
  const environment = { GITHUB_RUN_ID: String(id) }
  expect((await scene.drill({ 'max-recovery-time': '0.001s' }, { environment })).exitCode).toBe(1)
  expect(asFound(await guard())).toEqual(refused(2, 'NOT PROVED', 'ended with FAILED'))
})

test('a recovery point that lost a part since its drill holds a merge', async () => {
  await claimRun({})
  const { data } = await request()('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...asRepository(),
    tag,
  })
  const part = data.assets.find(({ name }) => name.startsWith('database.dump'))
  await request()('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    ...asRepository(),
    asset_id: part?.id ?? 0,
  })
  expect(asFound(await guard())).toEqual(refused(1, 'FAILED', 'lacks 1 of its parts'))
})
