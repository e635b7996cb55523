import { createHash } from 'node:crypto'
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import type { Running } from '@recovery-playbook/processes'
import { beginReading, compressOutput, findZstd, type Member, sha256 } from '../src/index.ts'
import { writer } from './writer.ts'

const processes = childProcesses()
const zstd = await findZstd(processes, process.env.PATH ?? '')
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'compression-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function frameOf(script: string, program = zstd) {
  const content = compressOutput(writer(script), program)
  const pieces: Uint8Array[] = []
  for await (const piece of content.frame) pieces.push(piece)
  return { frame: Buffer.concat(pieces), size: content.size() }
}

/** A member of one part that nobody sealed. */
async function readBack(frame: Uint8Array, bytes: number, name: string) {
  const part = { name: 'database.dump.zst.0001.gpg', bytes: frame.length, sha256: sha256(frame) }
  const member: Member = { name: 'database.dump', encoding: 'zstd', bytes, parts: [part] }
  const path = join(directory, name)
  await using file = await open(path, 'wx', 0o600)
  await beginReading({
    member,
    source: { receive: (_, take) => take(Readable.from([frame])) },
    opener: { openInto: (sealed, path) => writeFile(path, sealed) },
    parallel: 1,
    scratch: directory,
  }).into(file, zstd)
  return path
}

describe('a dump', () => {
  test('comes back byte for byte, and its size is known exactly', async () => {
    const size = 40_000_003
    const { frame, size: counted } = await frameOf(`seq 1 100000000 | head -c ${size}`)
    expect(counted).toBe(size)
    const path = await readBack(frame, size, 'whole')
    const expected = createHash('sha256')
    const child = processes.start({
      program: '/bin/bash',
      arguments: ['-c', `seq 1 100000000 | head -c ${size}`],
      environment: { PATH: process.env.PATH ?? '' },
    })
    for await (const piece of child.stdout) expected.update(piece as Buffer)
    expect(sha256(await readFile(path))).toBe(expected.digest('hex'))
  })

  test('that is empty is stored as an empty one', async () => {
    const { frame, size } = await frameOf('true')
    expect(size).toBe(0)
    expect(await readFile(await readBack(frame, 0, 'empty'), 'utf8')).toBe('')
  })

  test.each([
    ['ends with an error', 'head -c 1000000 /dev/zero; exit 3', /ended with exit code 3/],
    ['is killed', 'head -c 1000000 /dev/zero; kill -9 $$', /ended with signal SIGKILL/],
  ])('whose program %s is never taken for a whole one', async (_, script, reason) => {
    await expect(frameOf(script)).rejects.toThrow(reason)
  })

  test('whose compression is killed fails by that', async () => {
    const content = compressOutput((into: Running) => {
      const writing = writer('cat /dev/zero')(into)
      into.stdout.once('data', () => {
        into.kill('SIGKILL')
      })
      return writing
    }, zstd)
    const reading = async () => {
      for await (const piece of content.frame) expect(piece.length).toBeGreaterThan(0)
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'COMPRESSION_FAILED',
      message: expect.stringContaining('SIGKILL'),
    })
  })

  test('whose size zstd does not tell is not stored with an invented one', async () => {
    const program = join(directory, 'zstd')
    await writeFile(program, `#!/bin/bash\nexec ${zstd.program} -q --stdout\n`)
    await chmod(program, 0o755)
    await expect(frameOf('echo content', { ...zstd, program })).rejects.toMatchObject({
      code: 'COMPRESSION_FAILED',
      message: expect.stringContaining('did not say how much it read'),
    })
  })
})

describe('what comes back is refused', () => {
  const bomb = 1_000_000_000
  const cases: [string, string, (frame: Buffer, size: number) => [Buffer, number], RegExp][] = [
    [
      'without its last bytes',
      'seq 1 200000',
      (frame, size) => [frame.subarray(0, -5), size],
      /zstd ended/,
    ],
    [
      'with a flipped bit',
      'seq 1 200000',
      (frame, size) => [flipped(frame), size],
      /zstd ended|it should have/,
    ],
    ['when it is no zstd at all', 'true', () => [Buffer.from('no frame'), 8], /zstd ended/],
    [
      'shorter than the manifest says',
      'echo x',
      (frame, size) => [frame, size + 1],
      /should have 3 bytes, and has 2/,
    ],
    [
      'longer than the manifest says',
      'echo x',
      (frame, size) => [frame, size - 1],
      /should have 1 bytes, and has 2/,
    ],
    [
      'when it grows beyond all measure',
      `head -c ${bomb} /dev/zero`,
      (frame) => [frame, 1000],
      /should have 1000 bytes/,
    ],
  ]
  test.each(cases)(
    '%s',
    async (name, script, spoil, reason) => {
      const { frame, size } = await frameOf(script)
      const [spoiled, bytes] = spoil(frame, size)
      await expect(readBack(spoiled, bytes, name)).rejects.toMatchObject({
        code: 'PART_DAMAGED',
        message: expect.stringMatching(reason),
      })
    },
    60_000,
  )
})

function flipped(frame: Buffer): Buffer {
  const copy = Buffer.from(frame)
  const middle = Math.floor(copy.length / 2)
  copy[middle] = (copy[middle] ?? 0) ^ 4
  return copy
}

test('a machine without zstd is told how to install it', async () => {
  await expect(findZstd(processes, '/nowhere')).rejects.toMatchObject({
    code: 'TOOLCHAIN_MISSING',
    hint: expect.stringContaining('apt-get install --yes zstd'),
  })
})
