import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openerFor, recipientsOf, sealerFor } from '../src/index.ts'
import { newPassphrase, pieces, sealedFor, tamperings } from './bytes.ts'

const passphrase = newPassphrase()
const opener = openerFor({ passphrases: [passphrase] })
let directory = ''
let path = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rp-open-'))
  path = join(directory, 'plain')
})
afterEach(() => rm(directory, { recursive: true }))

test('a part is opened into a file that only its owner may read', async () => {
  await opener.openInto(pieces(await sealedFor({ passphrase }, 'rows')), path, 'part')
  expect(await readFile(path, 'utf8')).toBe('rows')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(directory)).toEqual(['plain'])
})

test('nothing of a part that was flipped, cut or lengthened is left, and opening it always ends', async () => {
  const sealed = await sealedFor({ passphrase }, 'a row of the journal'.repeat(99))
  // The packets of the recipient, the headers inside and the MDC, each byte; the rows, some.
  const ends = [...tamperings(sealed.subarray(0, 200)), ...tamperings(sealed, 41)]
  for (const [how, tampered] of ends) {
    const rest = how.includes('flipped') ? sealed.subarray(tampered.length) : Buffer.alloc(0)
    const outcome = await opener.openInto(pieces(tampered, rest), path, 'part').then(
      () => 'opened',
      (error: unknown) => (error as { code: string }).code,
    )
    expect([how, outcome]).toEqual([how, expect.stringMatching(/^(CANNOT_OPEN|PART_DAMAGED)$/)])
    expect(await readdir(directory)).toEqual([])
  }
})

test('a source that breaks off is told as its own failure, and nothing is left', async () => {
  const sealed = await sealedFor({ passphrase }, Buffer.alloc(1e6))
  const reset = new Error('connection reset')
  async function* broken() {
    yield sealed.subarray(0, 500_000)
    throw await Promise.resolve(reset)
  }
  await expect(opener.openInto(broken(), path, 'part')).rejects.toBe(reset)
  expect(await readdir(directory)).toEqual([])
})

test('a part that is larger than memory is opened in flat memory', async () => {
  const bytes = 256 * 2 ** 20
  const { seal, openInto } = await sealerFor(await recipientsOf({ passphrase }, new Date()))
  const piece = Buffer.alloc(2 ** 20, 'row ')
  let highest = 0
  async function* plain() {
    for (let written = 0; written < bytes; written += piece.length) {
      highest = Math.max(highest, process.memoryUsage().arrayBuffers)
      yield await Promise.resolve(piece)
    }
  }
  const before = process.memoryUsage().arrayBuffers
  await openInto(seal(plain()), path, 'part')
  expect((highest - before) / 2 ** 20).toBeLessThan(150)
  const hash = createHash('sha256')
  for await (const read of createReadStream(path)) hash.update(read as Buffer)
  const expected = createHash('sha256')
  for (let written = 0; written < bytes; written += piece.length) expected.update(piece)
  expect(hash.digest('hex')).toBe(expected.digest('hex'))
})
