import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { publishFiles } from '@recovery-playbook/local-workflows'
import {
  asFound,
  type Change,
  type GuardedScene,
  openGuardedScene,
  readingRights,
  refused,
} from '../support/guarded-scene.ts'

let scene: GuardedScene
beforeAll(async () => {
  scene = await openGuardedScene()
  await scene.publish()
})
afterAll(() => scene[Symbol.asyncDispose]())

const stale = { 'max-data-loss': '1s' }
const workflow = '.github/workflows/backup.yml'
const drill = '.github/workflows/restore-drill.yml'
const playbook = '.github/recovery-playbook.yml'
const repairs = { exitCode: 0, verdict: 'NOT PROVED, repair' }

describe('a merge that is held', () => {
  test('shows the commands that make and prove a recovery point', async () => {
    const { log, summary } = await scene.guard(
      stale,
      await scene.pullRequest(await scene.change('app.py')),
    )
    for (const text of [log, summary])
      expect(text).toContain(`gh workflow run backup.yml --repo ${scene.github.repository}`)
    expect(summary).not.toContain('fork')
  })

  test('tells who comes from a fork that nothing is wrong with the change', async () => {
    const event = await scene.pullRequest(await scene.change('app.py'), { fork: true })
    const { exitCode, summary } = await scene.guard(stale, event)
    expect(exitCode).toBe(1)
    expect(summary).toContain('This pull request comes from a fork. Nothing is wrong with it')
  })

  test('takes at most ten requests, too', async () => {
    const event = await scene.pullRequest(await scene.change('app.py'))
    const before = scene.asked()
    expect((await scene.guard(stale, event)).exitCode).toBe(1)
    expect(scene.asked() - before).toBeLessThanOrEqual(10)
  })

  test('says so where GitHub goes down on the way', async () => {
    const event = await scene.pullRequest(await scene.change(workflow))
    scene.github.arm({ kind: 'status', path: 'compare/', status: 451, times: 9 })
    const { exitCode, log } = await scene.guard(stale, event)
    scene.github.disarm()
    expect(exitCode).toBe(1)
    expect(log).toContain('Whether this change may pass unproved cannot be seen')
    expect(log).toContain('Run this check again')
  })

  test('fails and says so where GitHub does not answer', async () => {
    const event = await scene.pullRequest(await scene.change(workflow))
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
    ['the drill by hand and the watch', [drill, '.github/workflows/watch.yml']],
    ['the playbook', [playbook]],
    ['the guard itself and the playbook', ['.github/workflows/our-guard.yml', playbook]],
  ]
  test.each(touched)('passes, and says that nothing is proved: %s', async (_, paths) => {
    const one = await scene.change(...paths)
    for (const event of [await scene.pullRequest(one), await scene.queue(one)]) {
      const found = await scene.guard(stale, event)
      expect(asFound(found)).toMatchObject(repairs)
      expect(found.summary).toMatch(/^## NOT PROVED, repair: this change passes/)
      expect(found.log).toContain('WARNING: NOT PROVED, repair')
    }
  })

  test('does not pass with a file of the application', async () => {
    const one = await scene.change(workflow, 'app.py')
    for (const event of [await scene.pullRequest(one), await scene.queue(one)])
      expect(asFound(await scene.guard(stale, event))).toMatchObject({
        exitCode: 1,
        verdict: 'FAILED',
      })
  })

  test('passes to the default branch alone: to another one it may be retargeted', async () => {
    const event = await scene.pullRequest(await scene.change(workflow), { into: 'feature' })
    expect(asFound(await scene.guard(stale, event))).toMatchObject({
      exitCode: 1,
      verdict: 'FAILED',
    })
  })

  test('passes where the playbook of the default branch cannot be read', async () => {
    const broken = { changed: { 'broken.yml': 'guarantees: 3\n' }, from: scene.directory }
    await publishFiles(scene.github, broken)
    const event = await scene.pullRequest(await scene.change('broken.yml'))
    expect(asFound(await scene.guard({ playbook: 'broken.yml' }, event))).toMatchObject(repairs)
    const other = await scene.pullRequest(await scene.change('app.py'))
    expect(asFound(await scene.guard({ playbook: 'broken.yml' }, other))).toEqual(
      refused(2, 'NOT PROVED', 'broken.yml'),
    )
  })

  test('is recovery’s own: a pushed commit is no such change', async () => {
    expect(asFound(await scene.guard(stale))).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })
})

test('a queue is told how to come back into it, and a fork that it cannot look', async () => {
  const queued = await scene.guard(stale, await scene.queue(await scene.change('app.py'), 7))
  expect(queued.summary).toContain(`gh pr merge 7 --repo ${scene.github.repository}`)
  expect(queued.summary).toContain('/override-recovery-guard COMMIT REASON')
  const fork = await scene.pullRequest(await scene.change('app.py'), { fork: true })
  const elsewhere = await scene.guard({ repository: 'elsewhere/backups' }, fork)
  expect(elsewhere.exitCode).not.toBe(0)
  expect(elsewhere.summary).toContain('a fork gets no token for it')
})

describe('an override', () => {
  const words = (commit: string) => `/override-recovery-guard ${commit} The shop is down`

  async function commented(login: string, body: (one: Change) => string) {
    const one = await scene.change('app.py')
    const number = await scene.openPull(one)
    await scene.github.addComment(number, { login, body: body(one) })
    return { one, number }
  }

  test('of an administrator lets this commit pass, recorded and unproved', async () => {
    const { one, number } = await commented('ada', ({ head }) => words(head))
    for (const event of [
      await scene.pullRequest(one, { number }),
      await scene.queue(one, number),
    ]) {
      const before = scene.asked()
      const found = await scene.guard(stale, event)
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
    const found = await scene.guard(stale, await scene.pullRequest(one, { number }))
    expect(asFound(found)).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })

  test('that was edited is none: others may do that', async () => {
    const one = await scene.change('app.py')
    const number = await scene.openPull(one)
    await scene.github.addComment(number, { login: 'ada', body: words(one.head), edited: true })
    const found = await scene.guard(stale, await scene.pullRequest(one, { number }))
    expect(asFound(found)).toMatchObject({ exitCode: 1, verdict: 'FAILED' })
  })

  test('cannot be seen without the permissions for it, and the log names them', async () => {
    const { one, number } = await commented('ada', ({ head }) => words(head))
    for (const missing of ['issues', 'pull-requests']) {
      const rights = Object.fromEntries(
        Object.entries(readingRights).filter(([scope]) => scope !== missing),
      )
      const found = await scene.guard(stale, await scene.queue(one, number), rights)
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
    const found = await scene.guard(stale, await scene.pullRequest(one, { number }))
    expect(asFound(found)).toMatchObject(repairs)
  })

  test('is shown as the line to write', async () => {
    const one = await scene.change('app.py')
    const { summary } = await scene.guard(stale, await scene.pullRequest(one))
    expect(summary).toContain(`/override-recovery-guard ${one.head} REASON`)
  })
})
