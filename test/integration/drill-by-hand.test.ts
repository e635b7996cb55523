import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { newPassphrase, openScene, type Scene } from '../support/scene.ts'
import { openRelease, type StoredRelease } from '../support/stored-release.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
let release: StoredRelease
beforeAll(async () => {
  scene = await openScene()
  release = await openRelease(scene.github, await scene.publish())
})
afterEach(() => release.putBack())
afterAll(() => scene[Symbol.asyncDispose]())

const byHand = (inputs: Record<string, string> = {}) =>
  scene.drill({ 'by-hand': 'true', ...inputs })

test('what RESTORE.md brings back, with standard programs alone, is shown to be the same data', async () => {
  const { passphrase } = scene
  const drill = await byHand({ passphrase: `${newPassphrase()}\n${passphrase}` })
  expectVerdict(drill, 'PROVED', 'restored the database with standard programs alone')
  expect(drill.log).toMatch(/^PROVED {6}same data +11 tables with 2381 rows/m)
  expect(drill.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(passphrase)
  expect(await scene.leftovers()).toEqual([])
})

test('a RESTORE.md that somebody changed is not run: no command of it', async () => {
  const canary = join(scene.directory, 'pwned')
  const document = (await release.read('RESTORE.md')).toString()
  const evil = document.replace(
    'set -euo pipefail\n',
    `set -euo pipefail\n/usr/bin/touch ${canary}\n`,
  )
  expect(evil).not.toBe(document)
  await release.write('RESTORE.md', Buffer.from(evil))
  expectVerdict(await byHand(), 'NOT PROVED', 'nothing of it was run')
  expect(existsSync(canary)).toBe(false)
})

test('a part that was damaged fails it, with what the programs said', async () => {
  scene.github.arm({
    kind: 'damage',
    origin: 'asset',
    path: '/**',
    times: 100,
    afterBytes: 100_000,
  })
  expectVerdict(await byHand(), 'FAILED', 'RESTORE.md ended with exit code 1', 'did NOT match')
  scene.github.disarm()
})

test('what needs a superuser, which a person may be on the day, says nothing against the backup', async () => {
  const database = await scene.sample.server.createDatabase()
  await database.administer(`CREATE TABLE t (x int PRIMARY KEY); CREATE FUNCTION watch() RETURNS event_trigger
    LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watcher ON ddl_command_end EXECUTE FUNCTION watch()`)
  await scene.publish({ name: 'watched', 'database-url': database.superuserUrl })
  await database.administer('DROP EVENT TRIGGER watcher')
  const drill = await byHand({ name: 'watched' })
  expectVerdict(drill, 'NOT PROVED', 'event trigger "watcher"', 'follow RESTORE.md as a superuser')
})

test('a database of another encoding comes back in it', async () => {
  const more = "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
  const database = await scene.sample.server.createDatabase({ more })
  await database.execute("CREATE TABLE t (x text); INSERT INTO t VALUES ('ÿ')")
  await scene.publish({ name: 'latin', 'database-url': database.url })
  expectVerdict(await byHand({ name: 'latin' }), 'PROVED')
})

test('a wrong passphrase proves nothing', async () => {
  expectVerdict(await byHand({ passphrase: newPassphrase() }), 'NOT PROVED', 'does not open')
})
