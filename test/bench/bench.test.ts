import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { temporaryDirectory } from '@recovery-playbook/host'
import type { Results } from './results.ts'

const measured = { seconds: expect.any(Number), runs: [expect.any(Number)] }

test('Whoever compares runs of the benchmark gets one JSON object with seconds and their ratios', async () => {
  await using directory = await temporaryDirectory(tmpdir())
  const { child, stdout } = start(directory.path, '--json', '--megabytes', '10', '--repeat', '1')
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code).toBe(0)
  const results = JSON.parse(await stdout) as Results
  expect(results).toMatchObject({
    conditions: { databaseMB: expect.any(Number), repeat: 1 },
    export: { native: measured, manual: measured, careful: measured, ours: measured },
    recovery: { manual: measured, bare: measured, ours: measured },
  })
  const { export: exporting, recovery } = results
  expect(exporting.peakMemoryMB).toBeGreaterThan(50)
  // Ten megabytes at twenty in a second.
  expect(exporting.link?.transfer.seconds).toBeGreaterThan(0.3)
  const titles = ({ phases }: { phases: readonly { title: string }[] }) =>
    phases.map(({ title }) => title)
  expect(titles(exporting)).toContain('Dump, fingerprint, seal, upload and open again')
  expect(titles(recovery)).toEqual(expect.arrayContaining(['Download, check and open', 'Restore']))
  const restoring = /^(Find the recovery point|Download|Start a throwaway|Restore$)/
  const proof = recovery.phases.filter(({ title }) => !restoring.test(title))
  expect(titles({ phases: proof })).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Compare with the fingerprint/)]),
  )
  const sum = proof.reduce((all, one) => all + one.seconds, 0)
  const { seconds: whole } = recovery.ours
  expect(recovery.proofShare).toBeCloseTo(whole / (whole - sum), 1)
  expect(results.targets).toEqual({
    export: { ratioToNative: 1.25, ratioToManual: 0.33, ratioToCareful: 0.56, link: 1.05 },
    recovery: { ratioToManual: 0.83, proof: 1.25 },
  })
  const seconds = ({ seconds }: { seconds: number }) => seconds
  const ratios = [
    [exporting.ratioToNative, exporting.ours, exporting.native],
    [exporting.ratioToManual, exporting.ours, exporting.manual],
    [exporting.ratioToCareful, exporting.ours, exporting.careful],
    [recovery.ratioToManual, recovery.ours, recovery.manual],
    [recovery.ratioToBare, recovery.ours, recovery.bare],
  ] as const
  for (const [ratio, ours, other] of ratios) {
    expect(ratio).toBeCloseTo(seconds(ours) / seconds(other), 2)
  }
  // Where the servers listen, and nothing that makes one side faster.
  expect(results.conditions.changedSettings).toEqual([
    'listen_addresses',
    'port',
    'unix_socket_directories',
    'unix_socket_permissions',
  ])
  expect(await leftIn(directory.path)).toEqual([])
})

test('Ctrl-C in the middle of the benchmark leaves nothing on the disk', async () => {
  await using directory = await temporaryDirectory(tmpdir())
  const { child, stdout } = start(directory.path, '--megabytes', '10')
  child.stderr.on('data', (said: Buffer) => {
    if (said.includes('native')) child.kill('SIGINT')
  })
  const [code] = (await once(child, 'close')) as [number | null]
  expect(code).toBe(130)
  expect(await stdout).toBe('')
  expect(await leftIn(directory.path)).toEqual([])
})

/** Beside the directory's own mark. */
const leftIn = async (path: string) => (await readdir(path)).filter((name) => name !== '.owner')

function start(temporary: string, ...words: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bench.ts'), ...words], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return { child, stdout: text(child.stdout) }
}
