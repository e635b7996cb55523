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

test('a wrong passphrase proves nothing', async () => {
  expectVerdict(await byHand({ passphrase: newPassphrase() }), 'NOT PROVED', 'does not open')
})
