import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import { expectFailedExport } from '../support/failed-export.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { openRelease } from '../support/stored-release.ts'
import { expectVerdict } from '../support/verdict.ts'

const filters = {
  schemas: 'public',
  'exclude-tables': 'journal_voicenote, "Odd, ""Name"""',
  'exclude-table-data': 'journal_measurement\njournal_weekly_mood',
}

let scene: Scene
let whole: string
let exported: ActionResult
let tag: string
beforeAll(async () => {
  scene = await openScene()
  await scene.sample.execute(`
    CREATE SCHEMA audit; CREATE TABLE audit.entry AS SELECT 1 AS id;
    CREATE TABLE "Odd, ""Name""" AS SELECT 1 AS id;`)
  whole = await scene.publish()
  exported = await scene.exportRelease(filters)
  tag = exported.outputs['recovery-point'] ?? ''
})
afterAll(() => scene[Symbol.asyncDispose]())

const leftOut = [
  'by the filter schemas: public',
  'by the filter exclude-tables: journal_voicenote, "Odd, ""Name"""',
  'by the filter exclude-table-data: journal_measurement, journal_weekly_mood',
  'schema audit, everything in it: 1 relations',
  'table public.journal_voicenote',
  'table public.Odd, "Name"',
  'what is in table public.journal_measurement',
  'what is in materialized view public.journal_weekly_mood',
]

test('an export says what its filters left out, and that the one before was whole', () => {
  expect(exported).toMatchObject({ exitCode: 0 })
  for (const line of leftOut) expect(exported.log).toContain(`Left out ${line}`)
  expect(exported.log).toContain(`${whole} held the whole database, and this recovery point is`)
  expect(exported.summary).toContain('### Partial: left out')
})

test('a partial recovery point comes back, and its verdict never speaks of the whole', async () => {
  const drill = await scene.drill()
  expectVerdict(
    drill,
    'PROVED',
    `${tag} is published and complete. It is partial`,
    'PROVED: the partial recovery point was restored and is the same data as what its filters left in',
    'Of what the filters left in, and of that alone: ',
    ...leftOut.map((line) => `never dumped, ${line}`),
  )
  expect(drill.log).toMatch(/^SKIPPED +left out /m)
  expect(drill.outputs.tables).toBe(exported.outputs.tables)
})

test('a merge guard that takes the word of a drill says that it was of a part', async () => {
  const token = scene.github.issueToken({ contents: 'read', actions: 'read' })
  const { log } = await scene.run('verify-restore', { mode: 'proof' }, { github: { token } })
  expect(log).toContain(`${tag} is published and complete. It is partial`)
})

test('whoever can read the store learns that it is partial, and not the name of a table', async () => {
  const release = await openRelease(scene.github, tag)
  for (const name of ['manifest.json', 'RESTORE.md', 'SHA256SUMS']) {
    const text = (await release.read(name)).toString('utf8')
    expect(text).not.toMatch(/journal_|audit|Odd/)
  }
  const manifest = JSON.parse((await release.read('manifest.json')).toString('utf8')) as object
  expect(manifest).toMatchObject({ partial: true })
  expect((await release.read('RESTORE.md')).toString('utf8')).toContain('It is partial')
})

test('a filter that matches nothing publishes nothing', async () => {
  await expectFailedExport(scene, () => scene.exportRelease({ 'exclude-tables': 'journal_nix' }), {
    cause: /no matching tables were found for pattern "journal/,
    remedy: /Correct that pattern in/,
  })
})

test('a filter that breaks every restore publishes nothing', async () => {
  await expectFailedExport(scene, () => scene.exportRelease({ 'exclude-tables': 'auth_user' }), {
    cause: /constraint .* needs table public\.auth.*_user/,
    remedy: /keep what is needed, or leave out what needs it as well/,
  })
})
