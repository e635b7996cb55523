import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openScene, type Scene } from '../support/scene.ts'
import { openRelease, type StoredRelease } from '../support/stored-release.ts'
import { expectVerdict } from '../support/verdict.ts'

const exportOne = 'Run the workflow that exports one, and look at why it has not run'

let scene: Scene
let older: StoredRelease
let newest: StoredRelease
let others: StoredRelease[] = []

beforeAll(async () => {
  scene = await openScene({ rows: 200 })
  older = await openRelease(scene.github, await scene.publish())
  await setTimeout(1200)
  newest = await openRelease(scene.github, await scene.publish())
})

afterEach(async () => {
  for (const release of [older, newest, ...others]) await release.putBack()
  others = []
})

afterAll(() => scene[Symbol.asyncDispose]())

/** A recovery point of another database in the same repository. */
async function publishOther(name: string): Promise<StoredRelease> {
  const release = await openRelease(scene.github, await scene.publish({ name }))
  others.push(release)
  return release
}

test('a repository where no export ever ran', async () => {
  await scene.github.addRepository('acme/new')
  const token = scene.github.issueToken({ contents: 'read' }, { repository: 'acme/new' })
  const drill = await scene.drill({}, { github: { repository: 'acme/new', token } })
  const words = "There is no recovery point of the database 'default'"
  expectVerdict(drill, 'FAILED', words, 'nothing could be recovered today', exportOne)
  expect(drill.outputs['recovery-point']).toBe('')
})

test('a database that nobody exports beside one that is', async () => {
  const words = "There is no recovery point of the database 'billing'"
  expectVerdict(await scene.drill({ name: 'billing' }), 'FAILED', words, exportOne)
})

test('an export that never got further than its draft', async () => {
  const draft = await publishOther('drafted')
  await draft.edit({ draft: true })
  const words = "There is no recovery point of the database 'drafted'"
  expectVerdict(await scene.drill({ name: 'drafted' }), 'FAILED', words, exportOne)
})

test('a release without a manifest hides the complete one before it from nobody', async () => {
  await newest.remove('manifest.json')
  const drill = await scene.drill()
  expectVerdict(drill, 'PROVED', `${older.tag} is published and complete.`)
  expect(drill.outputs['recovery-point']).toBe(older.tag)
})

test('a recovery point of last week when yesterday’s is broken', async () => {
  await newest.remove('database.dump.zst.0001.gpg')
  expectVerdict(await scene.drill(), 'FAILED', `${newest.tag} lacks 1 of its parts`)

  const named = await scene.drill({ 'recovery-point': older.tag, 'max-data-loss': '1s' })
  expectVerdict(named, 'PROVED', 'this recovery point was asked for by name')
  expect(named.outputs['recovery-point']).toBe(older.tag)
})

test('a recovery point that was named, and that somebody deleted', async () => {
  const drill = await scene.drill({ 'recovery-point': 'backup-2020-01-01-database' })
  const words = 'There is no published recovery point backup-2020-01-01-database.'
  expectVerdict(drill, 'FAILED', words, exportOne)
})

test('a schedule that stopped: the newest recovery point is older than the guarantee', async () => {
  await newest.remove('manifest.json')
  const drill = await scene.drill({ 'max-data-loss': '1s' })
  expectVerdict(drill, 'FAILED', 'of 1.0 s since the snapshot', 'The recovery point is stale')
  expect(drill.log).toMatch(/^FAILED {6}age .* over the guarantee$/m)
  expect(drill.log).toMatch(/^PROVED {6}same data/m)
})

test('a schedule that is too rare: more than the guarantee lies between two snapshots', async () => {
  const drill = await scene.drill({ 'recovery-point': newest.tag, 'max-data-loss': '1s' })
  const words = `of 1.0 s between this snapshot and ${older.tag}`
  expectVerdict(drill, 'FAILED', words, 'Export more often')
  expect(drill.log).toMatch(/^FAILED {6}data loss .* over the guarantee$/m)
  expect(drill.log).toMatch(/^SKIPPED {5}age/m)
})

test('a restore that takes longer than was promised', async () => {
  const drill = await scene.drill({ 'max-recovery-time': '0.1s' })
  const words = 'of 0.1 s from the start of the drill to the data shown to be the same'
  expectVerdict(drill, 'FAILED', words, 'find the slow phase in the summary')
  expect(drill.log).toMatch(/^FAILED {6}recovery time .* over the guarantee$/m)
  expect(drill.log).toMatch(/^PROVED {6}same data/m)
})

test.each([
  ['that was damaged', 'no manifest', 'is not a manifest'],
  ['of a later version', '{"format": 2}', 'has a manifest of format 2'],
])('every backup from now on, when the newest has a manifest %s', async (_, manifest, words) => {
  const broken = await publishOther('shop')
  await broken.write('manifest.json', Buffer.from(manifest))
  expectVerdict(await scene.drill({ name: 'shop' }), 'NOT PROVED', `${broken.tag} `, words)

  const exported = await scene.exportRelease({ name: 'shop' })
  expect(exported).toMatchObject({ exitCode: 0 })
  expect(exported.log).toMatch(/^WARNING: .*This export does not count it as its predecessor\.$/m)
  expectVerdict(await scene.drill({ name: 'shop' }), 'PROVED')
})
