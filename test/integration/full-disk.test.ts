import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect } from '@jest/globals'
import { needs } from '../support/needs.ts'
import { openScene, type Scene } from '../support/scene.ts'
import { expectVerdict } from '../support/verdict.ts'

const run = promisify(execFile)

/** A disk of its own, which is gone when it is disposed of. */
async function smallDisk(size: string) {
  const path = await mkdtemp(join(tmpdir(), 'small-disk-'))
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=1777`, 'small-disk', path])
  return {
    path,
    async [Symbol.asyncDispose]() {
      await run('umount', [path])
      await rm(path, { recursive: true })
    },
  }
}

const canMount = await smallDisk('1m').then(
  async (disk) => {
    await disk[Symbol.asyncDispose]()
    return true
  },
  () => false,
)
const withSmallDisk = needs(
  canMount,
  'only root, and not in every container, can mount a small disk',
)

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ rows: 40_000 })
  await scene.publish()
})
afterAll(() => scene[Symbol.asyncDispose]())

const on = (path: string) => ({ environment: { RUNNER_TEMP: path, TMPDIR: path } })

// The dump has 17 MB, an empty cluster 40 MB and its write-ahead log 16 MB and more.
for (const [size, what] of [
  ['4m', 'the dump'],
  ['40m', 'a new cluster'],
  ['80m', 'the restored database'],
] as const) {
  withSmallDisk(
    `a disk too small for ${what} never proves a backup, and is blamed itself`,
    async () => {
      await using disk = await smallDisk(size)
      const result = await scene.drill({}, on(disk.path))
      // The server may end before it can say why, and leave room again.
      expectVerdict(result, 'NOT PROVED', 'disk', 'use a larger runner')
      // The report is kept for whoever wants it.
      const left = await run('ls', ['-A', '--ignore=kept-*', disk.path])
      expect(left.stdout).toBe('')
      expect(await scene.survivors()).toEqual([])
    },
  )
}

withSmallDisk(
  'a runner with a full disk still makes backups: an export writes nothing to it',
  async () => {
    await using disk = await smallDisk('64k')
    await run('sh', ['-c', `cat /dev/zero > ${disk.path}/full || true`])
    const { exitCode, log, outputs } = await scene.exportRelease({}, on(disk.path))
    expect({ exitCode, log }).toEqual({ exitCode: 0, log })
    const drilled = await scene.drill({ 'recovery-point': outputs['recovery-point'] ?? '' })
    expectVerdict(drilled, 'PROVED')
  },
)
