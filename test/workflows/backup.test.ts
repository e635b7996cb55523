import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { workflowExamples } from '../tools/workflow-examples.ts'
import {
  checkout,
  conclusions,
  daily,
  dispatch,
  job,
  openStage,
  push,
  type Stage,
  weekly,
  workflowText,
} from './stage.ts'

interface Written {
  readonly concurrency: Readonly<Record<string, unknown>>
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly permissions: Readonly<Record<string, string>>
        readonly steps?: readonly {
          readonly uses?: string
          readonly with?: Readonly<Record<string, string>>
        }[]
      }
    >
  >
}

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
}, 60_000)
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
    expect(job(small, 'tag').summary).toContain('No path of the change is a major one')
    expect(await tagNames()).toEqual([])

    const before = stage.commit('refs/heads/main')
    await stage.publish({ 'journal/migrations/0002_more.py': 'a migration' })
    const result = await stage.run('backup.yml', push)
    expect(conclusions(result)).toEqual({ tag: 'success', export: 'skipped', verify: 'skipped' })
    const [name, ...others] = await tagNames()
    expect(others).toEqual([])
    expect(job(result, 'tag').summary).toContain(before)
    expect(job(result, 'tag').summary).toContain(name)
    expect(await stage.ask('/releases')).toEqual([])
  },
  slow,
)

test('a push to another branch starts nothing', async () => {
  const event = { ...push, ref: 'refs/heads/other', sha: 'HEAD' }
  await expect(stage.run('backup.yml', event)).rejects.toThrow(
    '.github/workflows/backup.yml:4: on: does not start on push to refs/heads/other',
  )
})

test(
  'every day the data is exported, and nothing else is done',
  async () => {
    const result = await stage.run('backup.yml', daily)
    expect(conclusions(result)).toEqual({ tag: 'skipped', export: 'success', verify: 'skipped' })
    const releases = (await stage.ask('/releases')) as { tag_name: string; draft: boolean }[]
    const point = job(result, 'export').outputs['recovery-point']
    expect(releases).toMatchObject([{ tag_name: point, draft: false }])
  },
  slow,
)

test(
  'every week the data is exported and shown to come back, and the run is on record',
  async () => {
    const result = await stage.run('backup.yml', weekly)
    expect(conclusions(result)).toEqual({ tag: 'success', export: 'success', verify: 'success' })
    const verify = job(result, 'verify')
    expect(verify.summary).toContain('PROVED')
    const point = job(result, 'export').outputs['recovery-point'] ?? ''
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
  'by hand before an upgrade: the tag says before what, and the export is proved',
  async () => {
    const inputs = { description: 'the upgrade to Django 6' }
    const lines: string[] = []
    const log = (line: string) => lines.push(line)
    const result = await stage.run('backup.yml', dispatch, { inputs, log })
    expect(conclusions(result)).toEqual({ tag: 'success', export: 'success', verify: 'success' })
    expect(await tagNames()).toContain('the-upgrade-to-django-6')
    expect(lines.join('\n')).not.toContain('many words')
  },
  slow,
)

test(
  'three backups by hand at the same time: none is cancelled',
  async () => {
    const results = await Promise.all([1, 2, 3].map(() => stage.run('backup.yml', dispatch)))
    expect(results.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'success'])
  },
  slow,
)

test.each(readdirSync(`${checkout}/.github/workflows`))(
  'what %s writes is never cut short, and its promises are those of the playbook',
  (file) => {
    const { concurrency, jobs } = parse(workflowText(file)) as Written
    const writes = Object.values(jobs).some(({ permissions }) =>
      Object.values(permissions).includes('write'),
    )
    if (writes) expect(concurrency['cancel-in-progress']).toBe(false)
    for (const { steps = [] } of Object.values(jobs)) {
      for (const { uses, with: given = {} } of steps) {
        if (uses !== './actions/verify-restore' || file === 'restore-drill.yml') continue
        expect(given['max-data-loss']).toBe('24h')
        if (given.mode !== 'proof') expect(given['max-recovery-time']).toBe('30m')
      }
    }
  },
)

test(
  'the guard that the README tells to copy works as it stands',
  async () => {
    const examples = workflowExamples('README.md', readFileSync(`${checkout}/README.md`, 'utf8'))
    const text = examples.find((example) => example.text.includes('mode: proof'))?.text ?? ''
    await stage.publish({ 'readme-guard.yml': text })
    const checkouts = { 'recovery-playbook/recovery-playbook': checkout }
    const result = await stage.run('readme-guard.yml', await stage.mergeQueue(), { checkouts })
    expect(conclusions(result)).toEqual({ proof: 'success', 'merge-guard': 'success' })
  },
  slow,
)

test(
  'the workflow that the README tells to copy works as it stands',
  async () => {
    const examples = workflowExamples('README.md', readFileSync(`${checkout}/README.md`, 'utf8'))
    const text = examples.find((example) => example.text.includes('pg-export-release@'))?.text ?? ''
    await stage.publish({ 'readme.yml': text })
    const checkouts = { 'recovery-playbook/recovery-playbook': checkout }
    const result = await stage.run('readme.yml', dispatch, { checkouts })
    expect(conclusions(result)).toEqual({ export: 'success', verify: 'success' })
  },
  slow,
)
