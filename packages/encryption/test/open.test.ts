import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Held, openerFor, recipientsOf, sealerFor, unlockKeys } from '../src/index.ts'
import { newPassphrase, pieces, sealedFor, tamperings, whole } from './bytes.ts'
import { type GeneratedKey, generateKey, type Gnupg, keyTypes, stockGnupg } from './gpg.ts'

const passphrase = newPassphrase()
const type = keyTypes['ed25519/cv25519']
let gnupg: Gnupg
let anna: GeneratedKey
let ben: GeneratedKey

beforeAll(async () => {
  gnupg = await stockGnupg()
  anna = await generateKey(gnupg, { type, name: 'Anna' })
  ben = await generateKey(gnupg, { type, name: 'Ben', passphrase: 'asked by gpg' })
})
afterAll(() => gnupg[Symbol.asyncDispose]())

const keysOf = (...people: GeneratedKey[]) =>
  unlockKeys({
    armored: people.map(({ privateKey }) => privateKey).join(''),
    passphrase: 'asked by gpg',
  })

const opened = async (held: Held, sealed: Uint8Array) =>
  Buffer.from(await openerFor(held).open(sealed, 'database.dump.zst.0001.gpg')).toString()

const refusal = (held: Held, sealed: Uint8Array) =>
  opened(held, sealed).then(
    () => undefined,
    (error: unknown) => error as Error & { code: string },
  )

test('each part opens alone, and all with one opener', async () => {
  const { seal } = await sealerFor(await recipientsOf({ passphrase }, new Date()))
  const first = await whole(seal(pieces(Buffer.from('first'))))
  const second = await whole(seal(pieces(Buffer.from('second'))))
  const { open } = openerFor({ passphrases: [passphrase] })
  expect(Buffer.from(await open(second, 'two')).toString()).toBe('second')
  expect(Buffer.from(await open(first, 'one')).toString()).toBe('first')
  expect(await opened({ passphrases: [passphrase] }, second)).toBe('second')
})

test('during a rotation, what is new and what is old open whatever either has sealed', async () => {
  const newer = newPassphrase()
  const held = { passphrases: [newer, passphrase], keys: await keysOf(anna, ben) }
  for (const whom of [
    { passphrase },
    { passphrase: newer },
    { publicKeys: anna.publicKey },
    { publicKeys: ben.publicKey },
    { publicKeys: ben.publicKey, passphrase },
  ]) {
    expect(await opened(held, await sealedFor(whom, 'rows'))).toBe('rows')
  }
})

test('an archive still opens with a key that has expired since, or was revoked', async () => {
  const then = ['--faked-system-time', '20240101T000000']
  const old = await generateKey(gnupg, { type, name: 'old', expires: '30d', more: then })
  const whom = await recipientsOf({ publicKeys: old.publicKey }, new Date('2024-01-02'))
  const sealed = await whole((await sealerFor(whom)).seal(pieces(Buffer.from('rows'))))
  expect(await opened({ keys: await keysOf(old) }, sealed)).toBe('rows')
})

test('a key whose primary half stays offline opens, too', async () => {
  for (const person of [anna, ben]) {
    const exported = ['--passphrase', 'asked by gpg', '--armor', '--export-secret-subkeys']
    const armored = (await gnupg.gpg([...exported, person.fingerprint])).toString()
    const keys = await unlockKeys({ armored, passphrase: 'asked by gpg' })
    expect(await opened({ keys }, await sealedFor({ publicKeys: person.publicKey }, 'rows'))).toBe(
      'rows',
    )
  }
})

describe('at the worst hour, a person is told what opens a part when what they hold does not', () => {
  test('another passphrase', async () => {
    const error = await refusal(
      { passphrases: ['guess-guess'] },
      await sealedFor({ passphrase }, ''),
    )
    expect(error).toMatchObject({ code: 'CANNOT_OPEN' })
    expect(error?.message).toBe(
      'The passphrase does not open database.dump.zst.0001.gpg, which wants the passphrase that sealed it.',
    )
    expect(JSON.stringify(error)).not.toContain('guess-guess')
  })

  test('another private key', async () => {
    const sealed = await sealedFor({ publicKeys: anna.publicKey }, 'rows')
    const wanted = (await gnupg.gpg(['--with-colons', '--list-keys', anna.fingerprint])).toString()
    const subkey = /^sub:(?:[^:]*:){3}([0-9A-F]{16}):/m.exec(wanted)?.[1] ?? 'none'
    const error = await refusal({ keys: await keysOf(ben), passphrases: [passphrase] }, sealed)
    expect(error).toMatchObject({ code: 'CANNOT_OPEN' })
    expect(error?.message).toContain(`wants the private key ${subkey}`)
    expect(error?.message).toContain(ben.fingerprint.slice(-16))
  })

  test('nothing', async () => {
    const error = await refusal({}, await sealedFor({ passphrase }, 'rows'))
    expect(error?.message).toMatch(/^Nothing is held that opens .*, which wants the passphrase/)
  })

  test('a private key that is locked, or is a public one', async () => {
    await expect(unlockKeys({ armored: ben.privateKey })).rejects.toThrow('is locked')
    const several = { armored: ben.privateKey, passphrase: 'another\nand another' }
    await expect(unlockKeys(several)).rejects.toThrow('each of the given ones')
    await expect(unlockKeys({ armored: ben.privateKey, passphrase: 'another' })).rejects.toThrow(
      /locked with another passphrase/,
    )
    await expect(unlockKeys({ armored: ben.publicKey })).rejects.toThrow('is a public one')
  })
})

describe('an archive that was made by hand with gpg opens, too:', () => {
  const symmetric = ['--symmetric', '--passphrase', passphrase, '--cipher-algo', 'AES256']
  const texts = [
    randomBytes(300_000),
    Buffer.alloc(300_000, 'row '),
    Buffer.from('x'),
    Buffer.alloc(0),
  ]
  const byHand = async (words: readonly string[], text: Uint8Array) =>
    gnupg.gpg([...words, '--output', '-', await gnupg.file('text', text)])

  test.each([
    ['as the recipe says', symmetric],
    ['with SHA-1 in its S2K', [...symmetric, '--s2k-digest-algo', 'SHA1', '--s2k-mode', '3']],
    ['with ZLIB', [...symmetric, '--compress-algo', 'zlib']],
    ['uncompressed', [...symmetric, '-z', '0']],
    ['for a key', ['--encrypt', '--recipient', 'Anna']],
    ['for a hidden key', ['--encrypt', '--hidden-recipient', 'Anna']],
    ['signed', ['--sign', '--local-user', 'Anna', '--encrypt', '--recipient', 'Anna']],
    ['for a key and a passphrase', ['--encrypt', '--recipient', 'Anna', ...symmetric]],
  ])('%s', async (_, words) => {
    const { open } = openerFor({ passphrases: [passphrase], keys: await keysOf(ben, anna) })
    for (const text of texts) {
      const plain = Buffer.from(await open(await byHand(words, text), 'by hand'))
      expect(plain.equals(text)).toBe(true)
    }
  })

  test.each([
    ['without MDC', [...symmetric, '--rfc2440'], 'CANNOT_OPEN', 'no MDC'],
    ['with a weak cipher', [...symmetric, '--cipher-algo', 'CAST5'], 'CANNOT_OPEN', 'cast5'],
    ['with 3DES', [...symmetric, '--cipher-algo', '3DES'], 'CANNOT_OPEN', 'tripledes'],
    ['with bzip2', [...symmetric, '--compress-algo', 'bzip2'], 'CANNOT_OPEN', 'ZIP and ZLIB'],
  ])('but not %s', async (_, words, code, why) => {
    // Of random bytes gpg takes some for compressed ones, and then compresses nothing.
    const sealed = await byHand(words, Buffer.alloc(99, 'row '))
    const error = await refusal({ passphrases: [passphrase] }, sealed)
    expect(error).toMatchObject({ code, message: expect.stringContaining(why) })
  })

  test('but not one that would unpack to more than memory holds', async () => {
    const bomb = await byHand(symmetric, Buffer.alloc(257 * 2 ** 20))
    expect(bomb.length).toBeLessThan(2 ** 20)
    const error = await refusal({ passphrases: [passphrase] }, bomb)
    expect(error).toMatchObject({ code: 'CANNOT_OPEN' })
    expect(error?.message).toContain('more than 256 MiB')
  })

  test('and its wrong passphrase is not taken for damage, nor its damage for a wrong passphrase', async () => {
    const sealed = await byHand(symmetric, randomBytes(1000))
    expect(await refusal({ passphrases: ['another'] }, sealed)).toMatchObject({
      code: 'CANNOT_OPEN',
    })
    sealed[600] = (sealed[600] ?? 0) ^ 1
    expect(await refusal({ passphrases: [passphrase] }, sealed)).toMatchObject({
      code: 'PART_DAMAGED',
      message: expect.stringContaining('it was altered'),
    })
  })
})

describe('not one byte is given out of a part that was flipped, cut or lengthened anywhere,', () => {
  const refused = expect.stringMatching(/^(CANNOT_OPEN|PART_DAMAGED)$/)

  async function expectRefused(held: Held, sealed: Buffer, step = 1) {
    const { open } = openerFor(held)
    expect(await open(sealed, 'part')).toBeDefined()
    for (const [how, tampered] of tamperings(sealed, step)) {
      const outcome = await open(tampered, 'part').then(
        () => 'opened',
        (error: unknown) => (error as { code: string }).code,
      )
      expect([how, outcome]).toEqual([how, refused])
    }
  }

  test('sealed for a passphrase', async () => {
    const sealed = await sealedFor({ passphrase }, 'a row of the journal')
    await expectRefused({ passphrases: [passphrase] }, sealed)
  })

  test('sealed for a key', async () => {
    const sealed = await sealedFor({ publicKeys: anna.publicKey }, 'a row of the journal')
    await expectRefused({ keys: await keysOf(anna) }, sealed)
  })

  test('sealed in many pieces', async () => {
    const { seal } = await sealerFor(await recipientsOf({ publicKeys: anna.publicKey }, new Date()))
    const sealed = await whole(seal(pieces(...Array.from({ length: 30 }, () => randomBytes(9999)))))
    await expectRefused({ keys: await keysOf(anna) }, sealed, 997)
  })

  test('made by hand, compressed', async () => {
    const text = await gnupg.file('text', Buffer.alloc(10_000, 'a row of the journal'))
    const sealed = await gnupg.gpg(['--encrypt', '--recipient', 'Anna', '--output', '-', text])
    await expectRefused({ keys: await keysOf(anna) }, sealed)
  })
})

test('a message that is for several gives nothing but the plaintext, whatever rots in it', async () => {
  const whom = { passphrase, publicKeys: ben.publicKey + anna.publicKey }
  const sealed = await sealedFor(whom, 'a row of the journal')
  const { open } = openerFor({ keys: await keysOf(anna) })
  for (const [how, tampered] of tamperings(sealed)) {
    const outcome = await open(tampered, 'part').then(
      (plain) => Buffer.from(plain).toString(),
      () => 'refused',
    )
    // Another recipient's packet is not looked at: the digest of the part is what holds it.
    expect([how, outcome]).toEqual([how, expect.stringMatching(/^(refused|a row of the journal)$/)])
  }
})
