import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sha256 } from '@recovery-playbook/archive'
import { claimDrill, claimProof } from '../support/claimed-proof.ts'
import { editManifest } from '../support/edited-manifest.ts'
import { asFound, type GuardedScene, openGuardedScene, refused } from '../support/guarded-scene.ts'
import { openRelease } from '../support/stored-release.ts'

let scene: GuardedScene
let tag = ''

beforeAll(async () => {
  scene = await openGuardedScene()
  tag = await scene.publish()
})
afterAll(() => scene[Symbol.asyncDispose]())

type KnownRun = Parameters<GuardedScene['github']['addWorkflowRun']>[0]

/** With a run of which GitHub knows this. */
async function claimRun(known: KnownRun): Promise<void> {
  const { id } = await scene.github.addWorkflowRun(known)
  await claimProof(scene.github, tag, { run: { id, attempt: 1 } })
}

const dump = 'database.dump.zst.0001.gpg'
const fingerprint = 'fingerprint.json.zst.0001.gpg'

test('a merge is held while no recovery point exists', async () => {
  expect(asFound(await scene.guard({ name: 'another' }))).toEqual(
    refused(1, 'FAILED', 'There is no recovery point'),
  )
})

test('a merge is held while the newest recovery point was never drilled', async () => {
  expect(asFound(await scene.guard())).toEqual(
    refused(2, 'NOT PROVED', 'No drill has left a record of a recovery point'),
  )
})

describe('a recovery point that was drilled', () => {
  beforeAll(async () => {
    const { id } = await scene.github.addWorkflowRun({})
    const environment = { GITHUB_RUN_ID: String(id) }
    expect((await scene.drill({}, { environment })).exitCode).toBe(0)
  })

  test('lets a merge pass, without a passphrase and with rights to read alone', async () => {
    expect(asFound(await scene.guard())).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  })

  test('takes at most ten requests and ten seconds', async () => {
    const before = scene.asked()
    const begun = performance.now()
    expect(
      (await scene.guard({}, await scene.pullRequest(await scene.change('app.py')))).exitCode,
    ).toBe(0)
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(scene.asked() - before).toBeLessThanOrEqual(10)
  })

  test('lets a merge queue and a fork pass as well', async () => {
    const one = await scene.change('app.py')
    for (const event of [await scene.queue(one), await scene.pullRequest(one, { fork: true })])
      expect(asFound(await scene.guard({}, event))).toMatchObject({
        exitCode: 0,
        verdict: 'PROVED',
      })
  })

  test('holds a merge again when it is too old', async () => {
    expect(asFound(await scene.guard({ 'max-data-loss': '1s' }))).toEqual(
      refused(1, 'FAILED', 'The recovery point is stale'),
    )
  })

  test('holds a merge when the job may not ask about runs', async () => {
    const result = await scene.guard({}, {}, { contents: 'read' })
    expect(asFound(result)).toMatchObject({ exitCode: 2, verdict: 'NOT PROVED' })
  })
})

describe('a record is not believed', () => {
  const past = '2020-01-01T00:00:00Z'
  const claims: [string, KnownRun, string][] = [
    ['of a run that failed', { conclusion: 'failure' }, "ended with 'failure'"],
    ['of a run that has not ended', { status: 'in_progress' }, 'has not ended yet'],
    [
      'of a run of another workflow',
      { path: '.github/workflows/evil.yml' },
      'is of .github/workflows/evil.yml',
    ],
    [
      'of a run of a fork',
      { headRepository: 'stranger/journal' },
      'ran on the code of stranger/journal',
    ],
    ['of a run on another branch', { headBranch: 'feature' }, 'ran on feature, not on main'],
    ['of a run for a pull request', { event: 'pull_request' }, 'ran for a pull request'],
    ['of a run that a push started', { event: 'push' }, 'ran for a push, which drills nothing'],
    ['of a run that was run again since', { runAttempt: 2 }, 'has been run again'],
    [
      'of a run before the recovery point',
      { createdAt: past, updatedAt: past },
      'before the recovery point was published',
    ],
  ]
  test.each(claims)('%s', async (_, run, words) => {
    await claimRun(run)
    expect(asFound(await scene.guard())).toEqual(refused(2, 'NOT PROVED', words))
  })

  test('of a run of a tag that is called like the default branch', async () => {
    const { head } = await scene.change('evil.py')
    await claimRun({ event: 'workflow_dispatch', headSha: head })
    expect(asFound(await scene.guard())).toEqual(
      refused(2, 'NOT PROVED', `ran on ${head}, a commit that main does not have`),
    )
    await claimRun({ event: 'workflow_dispatch', headSha: scene.commit })
    expect(asFound(await scene.guard())).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  })

  test('of a run that GitHub does not show', async () => {
    await claimProof(scene.github, tag, { run: { id: 999_999, attempt: 1 } })
    expect(asFound(await scene.guard())).toEqual(refused(2, 'NOT PROVED', 'GitHub does not show'))
  })
})

test('a drill that fails takes back the proof of the one before it', async () => {
  await claimRun({})
  const { id } = await scene.github.addWorkflowRun({})
  const environment = { GITHUB_RUN_ID: String(id) }
  expect((await scene.drill({ 'max-recovery-time': '0.001s' }, { environment })).exitCode).toBe(1)
  expect(asFound(await scene.guard())).toEqual(refused(2, 'NOT PROVED', 'ended with FAILED'))
})

test('a part that is not what was stored holds a merge', async () => {
  await claimRun({})
  const release = await openRelease(scene.github, tag)
  await release.write(fingerprint, Buffer.alloc((await release.read(fingerprint)).length))
  expect(asFound(await scene.guard())).toEqual(
    refused(1, 'FAILED', 'these files are not what was stored: fingerprint.json'),
  )
  await release.putBack()
})

test('a recovery point that lost a part since its drill holds a merge', async () => {
  await claimRun({})
  const release = await openRelease(scene.github, tag)
  await release.remove(dump)
  expect(asFound(await scene.guard())).toEqual(refused(1, 'FAILED', 'lacks 1 of its parts'))
  await release.putBack()
})

test('a recovery point of whose parts GitHub gives no digest holds a merge', async () => {
  const old = { name: 'old' }
  scene.github.arm({ kind: 'no-digest', path: '/repos/**/assets', times: 99 })
  await scene.publish(old)
  scene.github.disarm()
  expect(asFound(await scene.guard(old))).toEqual(
    refused(2, 'NOT PROVED', 'GitHub gives no digest of database.dump'),
  )
})

test('with many exports since the drill it looks at two recovery points alone, and both are to be whole', async () => {
  const second = { name: 'second' }
  const drilled = await scene.publish(second)
  const { id } = await scene.github.addWorkflowRun({})
  expect((await scene.drill(second, { environment: { GITHUB_RUN_ID: String(id) } })).exitCode).toBe(
    0,
  )
  for (let export_ = 1; export_ <= 3; export_ += 1) await scene.publish(second)
  const before = scene.asked()
  const found = await scene.guard(second, await scene.pullRequest(await scene.change('app.py')))
  expect(asFound(found)).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  expect(found.log).toContain(`of ${drilled}, recorded at`)
  expect(scene.asked() - before).toBeLessThanOrEqual(10)

  await (await openRelease(scene.github, drilled)).remove(dump)
  const { exitCode, log } = await scene.guard(second)
  expect(exitCode).not.toBe(0)
  expect(log).toContain(`${drilled} lacks 1 of its parts`)
})

describe('of several drills', () => {
  const third = { name: 'third' }
  const tags: string[] = []
  let run = 0

  const drillIn = async (known: KnownRun) => {
    run = (await scene.github.addWorkflowRun(known)).id
    const environment = { GITHUB_RUN_ID: String(run) }
    expect((await scene.drill(third, { environment })).exitCode).toBe(0)
  }

  beforeAll(async () => {
    tags.push(await scene.publish(third))
    await drillIn({})
    tags.push(await scene.publish(third))
    await drillIn({ status: 'in_progress' })
  })

  test('the one before the latest counts while the run of that goes on', async () => {
    const before = scene.asked()
    const found = await scene.guard(third, await scene.pullRequest(await scene.change('app.py')))
    expect(asFound(found)).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
    expect(found.log).toContain(`of ${tags[0]}, recorded at`)
    expect(scene.asked() - before).toBeLessThanOrEqual(10)
  })

  test('while it goes on and the one before proves nothing, the guard says what to wait for', async () => {
    const [proved = ''] = tags
    await claimProof(scene.github, proved, { verdict: 'FAILED' })
    expect(asFound(await scene.guard(third))).toEqual(
      refused(2, 'NOT PROVED', `Run ${run}, which drilled ${tags[1]}, has not ended yet`),
    )
    await claimProof(scene.github, proved, {})
  })

  test('one on another branch leaves no record, and takes none away', async () => {
    const environment = { GITHUB_RUN_ID: '4711', GITHUB_REF: 'refs/heads/feature' }
    const { exitCode, log } = await scene.drill(third, { environment })
    expect(exitCode).toBe(0)
    expect(log).toContain('no record for the guard: this is not a run of the default branch')
    expect(asFound(await scene.guard(third))).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  })

  test('the latest restore counts, and no drill of another scenario after it', async () => {
    const [proved = ''] = tags
    const catastrophe = await scene.publish(third)
    tags.push(catastrophe)
    await claimDrill(scene.github, 'third', {
      recoveryPoint: catastrophe,
      scenario: 'catastrophe',
    })
    const { exitCode, log } = await scene.guard(third)
    expect(exitCode).toBe(0)
    expect(log).toContain(`of ${proved}, recorded at`)
  })

  test('the latest counts again when its run has ended, whatever it found', async () => {
    await scene.github.addWorkflowRun({ id: run, conclusion: 'failure' })
    expect(asFound(await scene.guard(third))).toEqual(
      refused(2, 'NOT PROVED', "ended with 'failure'"),
    )
  })

  test('none of a snapshot that is still to come counts, and the next one does', async () => {
    await scene.github.addWorkflowRun({ id: run })
    const [, ahead = '', newest = ''] = tags
    const release = await openRelease(scene.github, ahead)
    await editManifest(release, ({ manifest }) =>
      Object.assign(manifest, { snapshotAt: '2099-01-01T00:00:00.000Z' }),
    )
    await claimProof(scene.github, ahead, { manifest: sha256(await release.read('manifest.json')) })
    expect(asFound(await scene.guard(third))).toEqual(
      refused(2, 'NOT PROVED', `The snapshot of ${ahead} is of 2099-01-01T00:00:00.000Z`),
    )
    await drillIn({})
    const { exitCode, log } = await scene.guard(third)
    expect(exitCode).toBe(0)
    expect(log).toContain(`of ${newest}, recorded at`)
  })
})
