import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { assertUsablePassphrase, openerFor, sealerFor } from '../src/index.ts'

const run = promisify(execFile)
const passphrase = 'correct horse battery stäple 7'
let directory = ''

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rp-gpg-'))
})
afterEach(() => rm(directory, { recursive: true }))

const pieces = (...parts: Uint8Array[]): AsyncIterable<Uint8Array> => Readable.from(parts)

async function whole(stream: AsyncIterable<Uint8Array>) {
  const all: Uint8Array[] = []
  for await (const piece of stream) all.push(piece)
  return Buffer.concat(all)
}

async function gpg(sealed: Uint8Array, words: readonly string[]) {
  await writeFile(join(directory, 'sealed.gpg'), sealed)
  await writeFile(join(directory, 'passphrase'), `${passphrase}\n`)
  return run('gpg', [
    '--homedir',
    directory,
    '--batch',
    '--no-tty',
    ...words,
    join(directory, 'sealed.gpg'),
  ])
}

describe('a sealed part', () => {
  test.each([0, 1, 5_000_000])(
    'of %d bytes opens in stock gpg, to the same bytes',
    async (size) => {
      const plain = randomBytes(size)
      const { seal } = await sealerFor(passphrase)
      const sealed = await whole(seal(pieces(plain.subarray(0, 1000), plain.subarray(1000))))
      await gpg(sealed, [
        '--pinentry-mode',
        'loopback',
        '--passphrase-file',
        join(directory, 'passphrase'),
        '--output',
        join(directory, 'plain'),
        '--decrypt',
      ])
      expect((await readFile(join(directory, 'plain'))).equals(plain)).toBe(true)
    },
  )

  test('is AES-256 with MDC and the strongest S2K count that gpg itself uses', async () => {
    const { seal } = await sealerFor(passphrase)
    const { stdout } = await gpg(await whole(seal(pieces(Buffer.from('x')))), [
      '--list-packets',
      '--list-only',
    ])
    expect(stdout).toMatch(
      /symkey enc packet: version 4, cipher 9,( aead 0,)? ?s2k 3, hash 8, seskey \d+ bits/,
    )
    expect(stdout).toContain('count 65011712 (255)')
    expect(stdout).toContain('mdc_method: 2')
  })

  test('opens with the passphrase that sealed it, each part alone and all with one opener', async () => {
    const { seal } = await sealerFor(passphrase)
    const first = await whole(seal(pieces(Buffer.from('first'))))
    const second = await whole(seal(pieces(Buffer.from('second'))))
    const { open } = openerFor(passphrase)
    expect(Buffer.from(await open(second, 'two')).toString()).toBe('second')
    expect(Buffer.from(await open(first, 'one')).toString()).toBe('first')
    expect(Buffer.from(await openerFor(passphrase).open(first, 'one')).toString()).toBe('first')
  })

  test('does not open with another passphrase, and the error names the part and not the passphrase', async () => {
    const { seal } = await sealerFor(passphrase)
    const sealed = await whole(seal(pieces(Buffer.from('secret'))))
    const opened = openerFor('another passphrase entirely').open(
      sealed,
      'database.dump.zst.0001.gpg',
    )
    await expect(opened).rejects.toMatchObject({
      code: 'CANNOT_OPEN',
      message: expect.stringContaining('database.dump.zst.0001.gpg'),
    })
    await expect(opened).rejects.not.toThrow(/another passphrase entirely/)
  })

  test('gives nothing out when any one of its bytes was changed', async () => {
    const { seal } = await sealerFor(passphrase)
    const sealed = await whole(seal(pieces(Buffer.from('a row of the journal'))))
    const { open } = openerFor(passphrase)
    for (let position = 0; position < sealed.length; position += 1) {
      const tampered = Buffer.from(sealed)
      tampered[position] = (tampered[position] ?? 0) ^ 1
      // A byte in the key packets may lock the message; a byte in the body must break its MDC.
      const opened = await open(tampered, 'part').then(
        (plain) => Buffer.from(plain).toString(),
        () => 'refused',
      )
      expect([position, opened]).toEqual([position, 'refused'])
    }
  }, 120_000)
})

test.each([
  ['', 'is empty'],
  ['short', 'shorter than 16'],
  ['a long passphrase with a newline\n', 'line break'],
  ['a long passphrase with a bell\u0007', 'control character'],
  ['a long passphrase, decomposed: e\u0301', 'normal form C'],
])('the passphrase %j is refused because it %s', (unusable, reason) => {
  expect(() => {
    assertUsablePassphrase(unusable)
  }).toThrow(reason)
})
