import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { peakWatch } from '../support/peak-watch.ts'
import { openScene, type Scene } from '../support/scene.ts'

const MiB = 1024 ** 2
const GiB = 1024 * MiB

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
  await scene.sample.administer(`
    CREATE TABLE noise (id int PRIMARY KEY, bytes bytea);
    ALTER TABLE noise ALTER bytes SET STORAGE EXTERNAL, OWNER TO journal_app;
    INSERT INTO noise SELECT i, pg_read_binary_file('/dev/urandom', 0, ${MiB})
      FROM generate_series(1, 4600) AS i;
    -- A row takes a page, and a few bytes of the dump.
    CREATE TABLE pages (id int, line text) WITH (fillfactor = 10);
    ALTER TABLE pages OWNER TO journal_app;
    INSERT INTO pages SELECT i, repeat('x', 700) FROM generate_series(1, 1300000) AS i;`)
})
afterAll(() => scene[Symbol.asyncDispose]())

test('15 GB of which more than 4 GiB are sealed, in parts over 32 MiB: exported and proved in flat memory', async () => {
  const exporting = peakWatch()
  const exported = await scene.exportRelease({}, exporting)
  expect(exported).toMatchObject({ exitCode: 0 })
  const sealed = Number(exported.outputs['sealed-bytes'])
  expect(sealed).toBeGreaterThan(4 * GiB)
  expect(sealed / Number(exported.outputs.parts)).toBeGreaterThan(33 * MiB)

  const verifying = peakWatch()
  const drilled = await scene.drill({}, verifying)
  expect(drilled).toMatchObject({ exitCode: 0, outputs: { verdict: 'PROVED' } })
  expect(await scene.leftovers()).toEqual([])
  const peaks = { exporting: exporting.peak() / MiB, verifying: verifying.peak() / MiB }
  process.stdout.write(`${JSON.stringify(peaks)} MiB; ${exported.outputs.seconds ?? '?'} s and `)
  process.stdout.write(`${drilled.outputs['recovery-seconds'] ?? '?'} s\n`)
  expect(peaks.exporting).toBeLessThan(400)
  expect(peaks.verifying).toBeLessThan(450)
})
