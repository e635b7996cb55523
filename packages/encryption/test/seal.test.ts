import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openerFor, recipientsOf, sealerFor, unlockKeys } from '../src/index.ts'
import { newPassphrase, pieces, sealedFor, whole } from './bytes.ts'
import {
  decryptedBy,
  type GeneratedKey,
  generateKey,
  type Gnupg,
  keyTypes,
  stockGnupg,
} from './gpg.ts'

const passphrase = newPassphrase()
const byPassphrase = ['--passphrase', passphrase]
const people = new Map<string, GeneratedKey>()
/** A home that holds no private key. */
let stranger: Gnupg

beforeAll(async () => {
  stranger = await stockGnupg()
  await using gnupg = await stockGnupg()
  for (const [name, type] of Object.entries(keyTypes)) {
    people.set(name, await generateKey(gnupg, { type, name }))
  }
})
afterAll(() => stranger[Symbol.asyncDispose]())

const publicKeys = () => [...people.values()].map(({ publicKey }) => publicKey).join('')

test.each([0, 1, 65_530, 131_060, 5_000_000])(
  'a part of %d bytes opens in stock gpg by passphrase, to the same bytes',
  async (size) => {
    const plain = randomBytes(size)
    const { seal } = await sealerFor(await recipientsOf({ passphrase }, new Date()))
    const sealed = await whole(seal(pieces(plain.subarray(0, 1000), plain.subarray(1000))))
    expect((await decryptedBy(stranger, sealed, byPassphrase)).equals(plain)).toBe(true)
  },
)

test('a part that ends near the end of a packet piece opens, however it is handed over', async () => {
  const sealer = await sealerFor(await recipientsOf({ passphrase }, new Date()))
  // Pieces have 64 KiB: headers, prefix and MDC make less than 64 bytes.
  for (let size = 2 ** 16 - 64; size <= 2 ** 16 + 8; size += 1) {
    const plain = randomBytes(size)
    const cut = size % 97
    const sealed = await whole(sealer.seal(pieces(plain.subarray(0, cut), plain.subarray(cut))))
    const opened = Buffer.from(await sealer.open(sealed, 'part'))
    expect([size, opened.equals(plain)]).toEqual([size, true])
  }
})

describe.each(Object.keys(keyTypes))('whoever holds only the %s key of several', (name) => {
  test('opens each part alone in stock gpg, and here', async () => {
    const key = people.get(name)?.privateKey ?? ''
    await using own = await stockGnupg()
    await own.gpg(['--import', await own.file('key', key)])
    const opener = openerFor({ keys: await unlockKeys({ armored: key }) })

    for (const whom of [{ publicKeys: publicKeys() }, { publicKeys: publicKeys(), passphrase }]) {
      const sealer = await sealerFor(await recipientsOf(whom, new Date()))
      for (const plain of [randomBytes(100_000), Buffer.from('last')]) {
        const sealed = await whole(sealer.seal(pieces(plain)))
        expect((await decryptedBy(own, sealed)).equals(plain)).toBe(true)
        expect(Buffer.from(await opener.open(sealed, 'part')).equals(plain)).toBe(true)
      }
    }
  })
})

test('whoever holds only the passphrase opens a part that is sealed for keys, too', async () => {
  const sealed = await sealedFor({ publicKeys: publicKeys(), passphrase }, 'rows')
  expect((await decryptedBy(stranger, sealed, byPassphrase)).toString()).toBe('rows')
})

test('with public keys alone, nothing on the runner opens a part but the sealer that still runs', async () => {
  const whom = await recipientsOf({ publicKeys: publicKeys() }, new Date())
  const [sealer, later] = [await sealerFor(whom), await sealerFor(whom)]
  const sealed = await whole(sealer.seal(pieces(Buffer.from('rows'))))
  expect(Buffer.from(await sealer.open(sealed, 'part')).toString()).toBe('rows')
  await expect(later.open(sealed, 'part')).rejects.toMatchObject({
    code: 'CANNOT_OPEN',
    message: 'part is not what this run has sealed.',
  })
  await expect(decryptedBy(stranger, sealed, byPassphrase)).rejects.toThrow('No secret key')
})

test('a self-test notices a packet of a recipient that rotted, though the content is whole', async () => {
  const whom = await recipientsOf({ publicKeys: publicKeys() }, new Date())
  const sealer = await sealerFor(whom)
  const sealed = await whole(sealer.seal(pieces(Buffer.from('rows'))))
  sealed[40] = (sealed[40] ?? 0) ^ 1
  await expect(sealer.open(sealed, 'part')).rejects.toMatchObject({ code: 'CANNOT_OPEN' })
})

test('a part is AES-256 with MDC and the strongest S2K count that gpg itself uses', async () => {
  const sealed = await sealedFor({ passphrase }, 'x')
  const listed = await stranger.gpg(['--list-packets', '--list-only'], sealed)
  expect(listed.toString()).toMatch(
    /symkey enc packet: version 4, cipher 9,( aead 0,)? ?s2k 3, hash 8, seskey \d+ bits/,
  )
  expect(listed.toString()).toContain('count 65011712 (255)')
  expect(listed.toString()).toContain('mdc_method: 2')
})
