import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { alarmLabel, markerOf } from '@recovery-playbook/alarm'
import { parse, parseDocument } from 'yaml'
import {
  checkout,
  dispatch,
  exportAlone,
  openStage,
  push,
  type Stage,
  workflowText,
} from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

type Event = Parameters<Stage['run']>[1]
/** Of our own backup: no drill follows. */
const alone: Event = { ...dispatch }
const release = { name: 'push', ref: 'refs/tags/v1.2.3' }
let patch = 3

/** For each job that has a permission, the event that runs as little as possible beside it. */
const events: Readonly<Record<string, Readonly<Record<string, Event>>>> = {
  'backup.yml': { tag: alone, export: alone, watch: alone, verify: dispatch },
  'ci.yml': { test: push },
  'merge-guard.yml': { proof: { name: 'merge_group' } },
  'release.yml': { bundles: release, attest: release, publish: release },
  'restore-drill.yml': { verify: dispatch },
  'watch.yml': { watch: dispatch },
}

/** What has to be there before a job needs all that it asks for: for the guard, a proof to read. */
const before: Readonly<Record<string, () => Promise<unknown>>> = {
  'merge-guard.yml': () => stage.run('backup.yml', dispatch),
  'restore-drill.yml': () => stage.run('backup.yml', dispatch, exportAlone),
}

/** Needed where a merge is held: test/integration/merge-guard.test.ts holds one without them. */
const whenHeld = ['issues: read', 'pull-requests: read']

/** What tells people and proves nothing: without it a job is green, and says what it could not do. */
const beside: readonly string[] = ['issues', 'statuses']

/** Needed where the badge has changed: test/integration/badge.test.ts lets one change without it. */
const isForBadge = ({ id, scope, lower }: { id: string; scope: string; lower: string }) =>
  id === 'watch' && scope === 'contents' && lower === 'read'

/** A drill that proves recovery has an issue to close then, and so has a watch: else it would not notice that it may not. */
async function openAlarm(): Promise<void> {
  const { apiUrl, repository, token } = stage.github
  for (const scenario of ['database-restore', 'watch']) {
    const body = `${markerOf({ database: 'default', scenario })}\n`
    const answer = await fetch(`${apiUrl}/repos/${repository}/issues`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ title: 'Recovery does not work', body, labels: [alarmLabel] }),
    })
    expect(answer.status).toBe(201)
  }
}

/** The words of a refusal, which a job says with one permission less, and never with all of them. */
const refusal = /permission|needs contents=read|not accessible by integration/

interface Workflow {
  readonly permissions?: unknown
  readonly jobs: Readonly<Record<string, { readonly permissions?: Permissions }>>
}
type Permissions = Readonly<Record<string, string>>

describe.each(readdirSync(join(checkout, '.github', 'workflows')))('%s', (file) => {
  const text = workflowText(file)
  const { permissions, jobs } = parse(text) as Workflow
  const scopes = Object.entries(jobs).map(([id, { permissions = {} }]) => ({ id, permissions }))
  const granting = scopes.filter(({ permissions }) => Object.keys(permissions).length > 0)
  const cases = granting.flatMap(({ id, permissions }) =>
    Object.entries(permissions)
      .filter(([scope, level]) => !whenHeld.includes(`${scope}: ${level}`))
      .flatMap(([scope, level]) => lowered(scope, level).map((lower) => ({ id, scope, lower })))
      .filter((one) => !isForBadge(one)),
  )

  beforeAll(async () => {
    await before[file]?.()
  })
  afterAll(() => stage.publish({ [file]: text }))

  /** Runs the file, changed or not, so that the job runs. Returns all legs of it. */
  async function legs(id: string, content: string) {
    const known = events[file]?.[id]
    if (known === undefined) throw new Error(`no event is known that starts the job ${id}`)
    // A version is published once.
    const event = known === release ? { ...release, ref: `refs/tags/v1.2.${(patch += 1)}` } : known
    await stage.publish({ [file]: content })
    // What changes a guard alone would pass as a repair.
    if (file === 'merge-guard.yml') await stage.publish({ 'other.yml': '# A change\n' })
    await openAlarm()
    if (event.ref !== undefined) stage.tag(event.ref.replace('refs/tags/', ''))
    const result = await stage.run(file, event, known === alone ? exportAlone : {})
    const found = result.jobs.filter((job) => job.id === id || job.id.startsWith(`${id} (`))
    expect(found).not.toEqual([])
    return { result, found }
  }

  test('gives nothing to a job that does not ask for it by name', () => {
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) expect(job).toHaveProperty('permissions')
  })

  test.each(granting)('the job $id lacks no permission', async ({ id }) => {
    const { found } = await legs(id, text)
    for (const { conclusion, log } of found) {
      expect({ conclusion, log }).toMatchObject({ conclusion: 'success' })
      expect(log).not.toMatch(refusal)
    }
  })

  test.each(cases)(
    'the job $id fails, or says what it could not do, with $scope: $lower',
    async ({ id, scope, lower }) => {
      const document = parseDocument(text)
      document.setIn(['jobs', id, 'permissions', scope], lower)
      const { result, found } = await legs(id, document.toString({ lineWidth: 0 }))
      const ends = beside.includes(scope) ? 'success' : 'failure'
      expect(result.conclusion).toBe(ends)
      for (const { conclusion, log } of found) {
        expect({ conclusion, log }).toMatchObject({ conclusion: ends })
        expect(log).toMatch(refusal)
      }
    },
  )
})

/** `write` can be taken away altogether, and in part; the identity's alone has no `read`. */
function lowered(scope: string, level: string): string[] {
  return level === 'write' && scope !== 'id-token' ? ['none', 'read'] : ['none']
}
