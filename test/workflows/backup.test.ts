import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import {
  checkout,
  conclusions,
  dispatch,
  drillOf,
  exportAlone,
  job,
  openStage,
  push,
  type Stage,
  userFiles,
  workflowText,
} from './stage.ts'

interface Written {
  readonly concurrency: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<
    Record<string, { readonly permissions: Readonly<Record<string, string>> }>
  >
}

/** As the README's file has it. */
const scheduled = { name: 'schedule', payload: { schedule: '47 4,16 * * *' } }

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ user: true })
})
afterAll(() => stage[Symbol.asyncDispose]())

const slow = 300_000
const tagNames = async () =>
  ((await stage.ask('/git/matching-refs/tags/')) as { ref: string }[]).map(({ ref }) =>
    ref.replace(/^refs\/tags\/backup-[\d-]{10}-/, ''),
  )

/** What the drill of a recovery point has left on the branch of records. */
async function recordOf(point: string) {
  const path = `/contents/proofs/${point}.json?ref=recovery-log`
  const { content } = (await stage.ask(path)) as { content: string }
  const text = Buffer.from(content, 'base64').toString()
  return JSON.parse(text) as { readonly recoverySeconds: number }
}

test(
  'a push of a migration to main leaves a tag on the state before it, and no export',
  async () => {
    await stage.publish({ 'journal/views.py': 'a page' })
    const small = await stage.run('backup.yml', push)
    expect(job(small, 'backup / tag').summary).toContain('No path of the change is a major one')
    expect(await tagNames()).toEqual([])

    const before = stage.commit('refs/heads/main')
    await stage.publish({ 'journal/migrations/0002_more.py': 'a migration' })
    const result = await stage.run('backup.yml', push)
    expect(conclusions(result)).toEqual({
      'backup / export': 'skipped',
      'backup / watch': 'skipped',
      'backup / tag': 'success',
      'backup / verify': 'skipped',
    })
    const [name, ...others] = await tagNames()
    expect(others).toEqual([])
    expect(job(result, 'backup / tag').summary).toContain(before)
    expect(job(result, 'backup / tag').summary).toContain(name)
    expect(await stage.ask('/releases')).toEqual([])
  },
  slow,
)

test('a push to another branch starts nothing', async () => {
  const event = { ...push, ref: 'refs/heads/other', sha: 'HEAD' }
  await expect(stage.run('backup.yml', event)).rejects.toThrow(
    /backup\.yml:\d+: on: does not start on push to refs\/heads\/other/,
  )
})

const exportedAndDrilled = {
  'backup / export': 'success',
  'backup / watch': 'success',
  'backup / tag': 'success',
  'backup / verify (database-restore)': 'success',
}

test(
  'the first scheduled run exports and shows that it comes back, and is on record',
  async () => {
    const result = await stage.run('backup.yml', scheduled)
    expect(conclusions(result)).toEqual(exportedAndDrilled)
    const verify = drillOf(result, 'database-restore', 'backup / ')
    expect(verify.summary).toContain('PROVED')
    expect(verify.summary).toContain('| self-test |')
    const point = job(result, 'backup / export').outputs['recovery-point'] ?? ''
    expect(verify.log).toContain(point)
    const { 'recovery-seconds': seconds } = verify.steps.at(-1)?.outputs ?? {}
    const { recoverySeconds, ...record } = await recordOf(point)
    expect(recoverySeconds).toBe(Number(seconds))
    expect(record).toMatchObject({
      ...{ recoveryPoint: point, database: 'default', verdict: 'PROVED' },
      run: { id: result.runId, attempt: 1 },
    })
    const { body } = (await stage.ask(`/releases/tags/${point}`)) as { body: string }
    expect(body).toMatch(/\*\*PROVED\*\* at .* by \[this run\]/)
    expect(await stage.ask(`/actions/runs/${result.runId}`)).toMatchObject({
      ...{ path: '.github/workflows/backup.yml', event: 'schedule', head_branch: 'main' },
      ...{ status: 'completed', conclusion: 'success' },
    })
  },
  slow,
)

test(
  'the next one exports, looks whether backups come, and drills nothing: a drill was made',
  async () => {
    const result = await stage.run('backup.yml', scheduled)
    expect(conclusions(result)).toEqual({
      'backup / export': 'success',
      'backup / watch': 'success',
      'backup / tag': 'skipped',
      'backup / verify': 'skipped',
    })
    expect(job(result, 'backup / watch').summary).toContain('backups come as promised')
    const releases = (await stage.ask('/releases')) as { tag_name: string; draft: boolean }[]
    const point = job(result, 'backup / export').outputs['recovery-point']
    expect(releases).toContainEqual(expect.objectContaining({ tag_name: point, draft: false }))
  },
  slow,
)

test(
  'by hand it drills in any case, and no secret is in the log',
  async () => {
    const lines: string[] = []
    const log = (line: string) => lines.push(line)
    const result = await stage.run('backup.yml', dispatch, { log })
    expect(conclusions(result)).toEqual(exportedAndDrilled)
    expect(await tagNames()).toContain('a-change-by-hand')
    expect(lines.join('\n')).not.toContain('many words')
  },
  slow,
)

test(
  'the guard and the watch that the README tells to copy work as they stand',
  async () => {
    expect(conclusions(await stage.run('merge-guard.yml', await stage.mergeQueue()))).toEqual({
      'guard / proof': 'success',
      'guard / merge-guard': 'success',
    })
    const event = { name: 'schedule', payload: { schedule: '17 */4 * * *' } }
    expect(conclusions(await stage.run('watch.yml', event))).toEqual({ 'watch / watch': 'success' })
  },
  slow,
)

test(
  'an export that fails is told of by the watch of the same run, and nothing is drilled',
  async () => {
    const result = await stage.run('backup.yml', scheduled, {
      secrets: { DATABASE_PUBLIC_URL: 'postgresql://x:y@127.0.0.1:9/z', BACKUP_PASSPHRASE: 'w' },
    })
    expect(conclusions(result)).toMatchObject({
      'backup / export': 'failure',
      'backup / watch': 'success',
      'backup / verify': 'skipped',
    })
    expect(result.conclusion).toBe('failure')
  },
  slow,
)

test(
  'three backups by hand at the same time: none is cancelled',
  async () => {
    await stage.publish({ 'ours.yml': workflowText('backup.yml') })
    const runs = [1, 2, 3].map(() => stage.run('ours.yml', dispatch, exportAlone))
    const results = await Promise.all(runs)
    expect(results.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success'])
  },
  slow,
)

test(
  'what opens recovery points is in a protected environment, which drills alone see',
  async () => {
    const { 'restore-drill.yml': text = '' } = userFiles()
    const changed = text
      .replace('    with:\n', '    with:\n      environment: recovery\n')
      .replace(/ {4}secrets:\n.*\n/, '')
    expect(changed).not.toContain('secrets')
    await stage.publish({ 'protected.yml': changed })
    const secret = { BACKUP_PASSPHRASE: 'many words that nobody would guess' }
    const found = await stage.run('protected.yml', dispatch, { environments: { recovery: secret } })
    expect(conclusions(found)).toEqual({ 'drill / verify': 'success' })
    const without = await stage.run('protected.yml', dispatch, { environments: {} })
    expect(conclusions(without)).toEqual({ 'drill / verify': 'failure' })
  },
  slow,
)

test.each(readdirSync(`${checkout}/.github/workflows`))(
  'what %s writes is never cut short',
  (file) => {
    const { concurrency, jobs } = parse(workflowText(file)) as Written
    const writes = Object.values(jobs).some(({ permissions }) =>
      Object.values(permissions).includes('write'),
    )
    if (writes) expect(concurrency['cancel-in-progress']).toBe(false)
  },
)
