import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { githubClient } from '@recovery-playbook/host'
import { type ActionResult, publishFiles } from '@recovery-playbook/local-workflows'
import { claimProof } from '../support/claimed-proof.ts'
import { openScene, type Scene } from '../support/scene.ts'

let scene: Scene
let tag = ''
/** The newest commit of the default branch. */
let main = ''

beforeAll(async () => {
  scene = await openScene({ github: { people: { ada: 'admin', charles: 'write' } } })
  tag = await scene.publish()
  main = scene.commit
})
afterAll(() => scene[Symbol.asyncDispose]())

const reading = {
  contents: 'read',
  actions: 'read',
  issues: 'read',
  'pull-requests': 'read',
} as const

/** What a pull request's job has: no secret, and rights to read alone. */
function guard(
  inputs: Record<string, string> = {},
  environment: Record<string, string> = {},
): Promise<ActionResult> {
  const token = scene.github.issueToken(reading)
  const options = { github: { token }, environment }
  return scene.run('verify-restore', { mode: 'proof', ...inputs }, options)
}

/** A commit on top of main that changes these files, and where it would go. */
async function change(...paths: string[]) {
  const changed = Object.fromEntries(paths.map((path) => [path, `${randomUUID()}\n`]))
  const ref = `refs/heads/change-${randomUUID()}`
  const head = await publishFiles(scene.github, { from: scene.directory, changed, ref })
  return { base: main, head, branch: ref.replace('refs/heads/', '') }
}

type Change = Awaited<ReturnType<typeof change>>

async function eventFile(name: string, payload: unknown): Promise<Record<string, string>> {
  const path = join(scene.directory, `event-${randomUUID()}.json`)
  await writeFile(path, JSON.stringify(payload))
  return {
    ...{ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path },
    GITHUB_WORKFLOW_REF: `${scene.github.repository}/.github/workflows/our-guard.yml@refs/pull/1/merge`,
  }
}

const home = { repository: { default_branch: 'main' } }

const pullRequest = ({ base, head }: Change, { number = 1, fork = false, into = 'main' } = {}) =>
  eventFile('pull_request', {
    ...home,
    pull_request: {
      number,
      base: { sha: base, ref: into, repo: { full_name: scene.github.repository } },
      head: {
        sha: head,
        repo: { full_name: fork ? 'stranger/journal' : scene.github.repository },
      },
    },
  })

const queue = ({ base, head }: Change, number = 1) =>
  eventFile('merge_group', {
    ...home,
    merge_group: {
      ...{ base_sha: base, head_sha: head, base_ref: 'refs/heads/main' },
      head_ref: `refs/heads/gh-readonly-queue/main/pr-${number}-${base}`,
    },
  })

async function openPull({ branch }: Change): Promise<number> {
  const { data } = await request()('POST /repos/{owner}/{repo}/pulls', {
    ...asRepository(),
    ...{ title: 'A change', head: branch, base: 'main' },
  })
  return data.number
}

const asRepository = () => {
  const [owner = '', repo = ''] = scene.github.repository.split('/')
  return { owner, repo }
}

const request = () => githubClient(scene.github.token, scene.github.apiUrl)

const claim = (run: { id: number; attempt: number }) => claimProof(scene.github, tag, run)

/** With a run of which GitHub knows this. */
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
    expect(asFound(await guard())).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  })

  test('takes at most ten requests and ten seconds', async () => {
    const before = scene.asked()
    const begun = performance.now()
    expect((await guard({}, await pullRequest(await change('app.py')))).exitCode).toBe(0)
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(scene.asked() - before).toBeLessThanOrEqual(10)
  })

  test('lets a merge queue and a fork pass as well', async () => {
    const one = await change('app.py')
    for (const event of [await queue(one), await pullRequest(one, { fork: true })])
      expect(asFound(await guard({}, event))).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
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
    expect(asFound(await guard())).toEqual(refused(2, 'NOT PROVED', words))
  })

  test('of a run of a tag that is called like the default branch', async () => {
    const { head } = await change('evil.py')
    await claimRun({ event: 'workflow_dispatch', headSha: head })
    expect(asFound(await guard())).toEqual(
      refused(2, 'NOT PROVED', `ran on ${head}, a commit that main does not have`),
    )
    await claimRun({ event: 'workflow_dispatch', headSha: scene.commit })
    expect(asFound(await guard())).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  })

  test('of a run that GitHub does not show', async () => {
    await claim({ id: 999_999, attempt: 1 })
    expect(asFound(await guard())).toEqual(refused(2, 'NOT PROVED', 'GitHub does not show'))
  })
})

const stale = { 'max-data-loss': '1s' }
const workflow = '.github/workflows/backup.yml'
const playbook = '.github/recovery-playbook.yml'
const repairs = { exitCode: 0, verdict: 'NOT PROVED, repair' }

describe('a merge that is held', () => {
  test('shows the commands that make and prove a recovery point', async () => {
    const { log, summary } = await guard(stale, await pullRequest(await change('app.py')))
    for (const text of [log, summary])
      expect(text).toContain(`gh workflow run backup.yml --repo ${scene.github.repository}`)
    expect(summary).not.toContain('fork')
  })

  test('tells who comes from a fork that nothing is wrong with the change', async () => {
    const event = await pullRequest(await change('app.py'), { fork: true })
    const { exitCode, summary } = await guard(stale, event)
    expect(exitCode).toBe(1)
    expect(summary).toContain('This pull request comes from a fork. Nothing is wrong with it')
  })

  test('takes at most ten requests, too', async () => {
    const event = await pullRequest(await change('app.py'))
    const before = scene.asked()
    expect((await guard(stale, event)).exitCode).toBe(1)
    expect(scene.asked() - before).toBeLessThanOrEqual(10)
  })

  test('says so where GitHub goes down on the way', async () => {
    const event = await pullRequest(await change(workflow))
    scene.github.arm({ kind: 'status', path: 'compare/', status: 451, times: 9 })
    const { exitCode, log } = await guard(stale, event)
    scene.github.disarm()
    expect(exitCode).toBe(1)
    expect(log).toContain('Whether this change may pass unproved cannot be seen')
    expect(log).toContain('Run this check again')
  })

  test('fails and says so where GitHub does not answer', async () => {
    const event = await pullRequest(await change(workflow))
    const found = await scene.run(
      'verify-restore',
      { mode: 'proof' },
      { github: { apiUrl: 'http://127.0.0.1:9' }, environment: event },
    )
    expect(asFound(found)).toEqual(refused(2, 'NOT PROVED', 'GitHub could not be asked'))
    expect(found.log).not.toContain('gh workflow run')
  })
})

describe('a change that only mends recovery', () => {
  const touched: [string, string[]][] = [
    ['the workflow that backs up', [workflow]],
    ['the playbook', [playbook]],
    ['the guard itself and the playbook', ['.github/workflows/our-guard.yml', playbook]],
  ]
  test.each(touched)('passes, and says that nothing is proved: %s', async (_, paths) => {
    const one = await change(...paths)
    for (const event of [await pullRequest(one), await queue(one)]) {
      const found = await guard(stale, event)
      expect(asFound(found)).toMatchObject(repairs)
      expect(found.summary).toMatch(/^## NOT PROVED, repair: this change passes/)
      expect(found.log).toContain('WARNING: NOT PROVED, repair')
    }
  })

  test('does not pass with a file of the application', async () => {
    const one = await change(workflow, 'app.py')
    for (const event of [await pullRequest(one), await queue(one)])
      expect(asFound(await guard(stale, event))).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })

  test('passes to the default branch alone: to another one it may be retargeted', async () => {
    const event = await pullRequest(await change(workflow), { into: 'feature' })
    expect(asFound(await guard(stale, event))).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })

  test('passes where the playbook of the default branch cannot be read', async () => {
    const broken = { changed: { 'broken.yml': 'guarantees: 3\n' }, from: scene.directory }
    main = await publishFiles(scene.github, broken)
    const event = await pullRequest(await change('broken.yml'))
    expect(asFound(await guard({ playbook: 'broken.yml' }, event))).toMatchObject(repairs)
    const other = await pullRequest(await change('app.py'))
    expect(asFound(await guard({ playbook: 'broken.yml' }, other))).toEqual(
      refused(2, 'NOT PROVED', 'broken.yml'),
    )
  })

  test('is recovery’s own: a pushed commit is no such change', async () => {
    expect(asFound(await guard(stale))).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })
})

test('a queue is told how to come back into it, and a fork that it cannot look', async () => {
  const queued = await guard(stale, await queue(await change('app.py'), 7))
  expect(queued.summary).toContain(`gh pr merge 7 --repo ${scene.github.repository}`)
  expect(queued.summary).toContain('/override-recovery-guard COMMIT REASON')
  const fork = await pullRequest(await change('app.py'), { fork: true })
  const elsewhere = await guard({ repository: 'elsewhere/backups' }, fork)
  expect(elsewhere.exitCode).not.toBe(0)
  expect(elsewhere.summary).toContain('a fork gets no token for it')
})

describe('an override', () => {
  const words = (commit: string) => `/override-recovery-guard ${commit} The shop is down`

  async function commented(login: string, body: (one: Change) => string) {
    const one = await change('app.py')
    const number = await openPull(one)
    await scene.github.addComment(number, { login, body: body(one) })
    return { one, number }
  }

  test('of an administrator lets this commit pass, recorded and unproved', async () => {
    const { one, number } = await commented('ada', ({ head }) => words(head))
    for (const event of [await pullRequest(one, { number }), await queue(one, number)]) {
      const before = scene.asked()
      const found = await guard(stale, event)
      expect(scene.asked() - before).toBeLessThanOrEqual(10)
      expect(asFound(found)).toMatchObject(repairs)
      expect(found.summary).toContain('`ada` has [overridden the guard]')
      expect(found.summary).toContain('The shop is down')
    }
  })

  const refusedOverrides: [string, string, (one: Change) => string][] = [
    ['of somebody who may only write', 'charles', ({ head }) => words(head)],
    ['of a stranger', 'mallory', ({ head }) => words(head)],
    ['for another commit', 'ada', ({ base }) => words(base)],
    ['without a reason', 'ada', ({ head }) => `/override-recovery-guard ${head}`],
    ['that is quoted', 'ada', ({ head }) => `> ${words(head)}`],
    [
      'in a block of code',
      'ada',
      ({ head }) => `Never write this:\n\`\`\`\n${words(head)}\n\`\`\``,
    ],
    ['for a commit that begins alike', 'ada', ({ head }) => words(head.slice(0, 12))],
  ]
  test.each(refusedOverrides)('%s is none', async (_, login, body) => {
    const { one, number } = await commented(login, body)
    const found = await guard(stale, await pullRequest(one, { number }))
    expect(asFound(found)).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })

  test('that was edited is none: others may do that', async () => {
    const one = await change('app.py')
    const number = await openPull(one)
    await scene.github.addComment(number, { login: 'ada', body: words(one.head), edited: true })
    const found = await guard(stale, await pullRequest(one, { number }))
    expect(asFound(found)).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })

  test('cannot be seen without the permissions for it, and the log names them', async () => {
    const { one, number } = await commented('ada', ({ head }) => words(head))
    for (const missing of ['issues', 'pull-requests']) {
      const token = scene.github.issueToken(
        Object.fromEntries(Object.entries(reading).filter(([scope]) => scope !== missing)),
      )
      const inputs = { mode: 'proof', ...stale }
      const environment = await queue(one, number)
      const found = await scene.run('verify-restore', inputs, { github: { token }, environment })
      expect(asFound(found)).toEqual(
        refused(1, 'FAILED', '`issues: read` and `pull-requests: read`'),
      )
      expect(found.summary).toContain('gh workflow run backup.yml')
    }
  })

  test('is found behind what strangers wrote, and once more', async () => {
    const { one, number } = await commented('ada', ({ head }) => words(head))
    for (const login of ['mallory', 'eve', 'oscar', 'ada'])
      await scene.github.addComment(number, { login, body: words(one.head) })
    const found = await guard(stale, await pullRequest(one, { number }))
    expect(asFound(found)).toMatchObject(repairs)
  })

  test('is shown as the line to write', async () => {
    const one = await change('app.py')
    const { summary } = await guard(stale, await pullRequest(one))
    expect(summary).toContain(`/override-recovery-guard ${one.head} REASON`)
  })
})

test('a drill that fails takes back the proof of the one before it', async () => {
  await claimRun({})
  const { id } = await scene.github.addWorkflowRun({})
  const environment = { GITHUB_RUN_ID: String(id) }
  expect((await scene.drill({ 'max-recovery-time': '0.001s' }, { environment })).exitCode).toBe(1)
  expect(asFound(await guard())).toEqual(refused(2, 'NOT PROVED', 'ended with FAILED'))
})

test('a part that is not what was stored holds a merge', async () => {
  await claimRun({})
  const { data } = await request()('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...asRepository(),
    tag,
  })
  const part = data.assets.find(({ name }) => name.startsWith('fingerprint.json'))
  await request()('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    ...asRepository(),
    asset_id: part?.id ?? 0,
  })
  await request()(`POST ${data.upload_url.replace(/\{.*\}$/, '')}?name=${part?.name ?? ''}`, {
    data: Buffer.alloc(part?.size ?? 0),
    headers: { 'content-type': 'application/octet-stream' },
  })
  expect(asFound(await guard())).toEqual(
    refused(1, 'FAILED', 'these files are not what was stored: fingerprint.json'),
  )
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

test('a recovery point of whose parts GitHub gives no digest holds a merge', async () => {
  const old = { name: 'old' }
  scene.github.arm({ kind: 'no-digest', path: '/repos/**/assets', times: 99 })
  await scene.publish(old)
  scene.github.disarm()
  expect(asFound(await guard(old))).toEqual(
    refused(2, 'NOT PROVED', 'GitHub gives no digest of database.dump'),
  )
})

/** Another database, whose earlier recovery points nobody has damaged. */
const second = { name: 'second' }

test('with many exports since the drill it looks at two recovery points alone, and both are to be whole', async () => {
  const drilled = await scene.publish(second)
  const { id } = await scene.github.addWorkflowRun({})
  expect((await scene.drill(second, { environment: { GITHUB_RUN_ID: String(id) } })).exitCode).toBe(
    0,
  )
  for (let export_ = 1; export_ <= 3; export_ += 1) await scene.publish(second)
  const before = scene.asked()
  const found = await guard(second, await pullRequest(await change('app.py')))
  expect(asFound(found)).toMatchObject({ exitCode: 0, verdict: 'PROVED' })
  expect(found.log).toContain(`of ${drilled}, recorded at`)
  expect(scene.asked() - before).toBeLessThanOrEqual(10)

  const { data } = await request()('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...asRepository(),
    tag: drilled,
  })
  const part = data.assets.find(({ name }) => name.startsWith('database.dump'))
  await request()('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
    ...asRepository(),
    asset_id: part?.id ?? 0,
  })
  const { exitCode, log } = await guard(second)
  expect(exitCode).not.toBe(0)
  expect(log).toContain(`${drilled} lacks 1 of its parts`)
})
