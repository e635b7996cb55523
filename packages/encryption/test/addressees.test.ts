import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { assertAddressed, openedBy, recipientsOf } from '../src/index.ts'
import { newPassphrase, sealedFor } from './bytes.ts'
import { type GeneratedKey, generateKey, type Gnupg, keyTypes, stockGnupg } from './gpg.ts'

const passphrase = newPassphrase()
const type = keyTypes['ed25519/cv25519']
let gnupg: Gnupg
let anna: GeneratedKey
let ben: GeneratedKey

beforeAll(async () => {
  gnupg = await stockGnupg()
  anna = await generateKey(gnupg, { type, name: 'Anna' })
  ben = await generateKey(gnupg, { type, name: 'Ben' })
})
afterAll(() => gnupg[Symbol.asyncDispose]())

const encryptionKeyOf = async ({ fingerprint }: GeneratedKey) => {
  const listed = await gnupg.gpg(['--with-colons', '--list-keys', fingerprint])
  return /^sub:[^:]*:[^:]*:[^:]*:([0-9A-F]{16}):/m.exec(listed.toString())?.[1]
}

test('a report can tell, without any secret, which recovery points nobody opens any more', async () => {
  const ids = [await encryptionKeyOf(anna), await encryptionKeyOf(ben)]
  const publicKeys = anna.publicKey + ben.publicKey
  const both = await sealedFor({ passphrase, publicKeys }, 'rows')
  expect(await openedBy(both, 'part')).toEqual({ passphrase: true, keyIds: ids })
  const keysOnly = await sealedFor({ publicKeys: anna.publicKey }, 'rows')
  expect(await openedBy(keysOnly, 'part')).toEqual({ passphrase: false, keyIds: [ids[0]] })
  const passphraseOnly = await sealedFor({ passphrase }, 'rows')
  expect(await openedBy(passphraseOnly, 'part')).toEqual({ passphrase: true, keyIds: [] })
})

test('the first 64 KiB of a large part are enough to say who opens it', async () => {
  const sealed = await sealedFor({ passphrase, publicKeys: anna.publicKey }, Buffer.alloc(1e6))
  expect(await openedBy(sealed.subarray(0, 65_536), 'part')).toMatchObject({ passphrase: true })
})

test('a part that not everybody can open who should, or that somebody else can, is never stored', async () => {
  const publicKeys = anna.publicKey + ben.publicKey
  const wishes = [{ passphrase, publicKeys }, { publicKeys }, { passphrase }]
  const others = [{ publicKeys: anna.publicKey }, { passphrase, publicKeys: ben.publicKey }]
  for (const asked of [...wishes, ...others]) {
    const recipients = await recipientsOf(asked, new Date())
    for (const made of [...wishes, ...others]) {
      const checked = assertAddressed(await sealedFor(made, 'rows'), recipients, 'part')
      await (made === asked
        ? expect(checked).resolves.toBeUndefined()
        : expect(checked).rejects.toMatchObject({ code: 'WRONG_RECIPIENTS' }))
    }
  }
})

test('a part for a recipient that it does not name is never stored: gpg would open it and fail', async () => {
  const hidden = await gnupg.gpg(['--encrypt', '--hidden-recipient', anna.fingerprint])
  const recipients = await recipientsOf({ publicKeys: anna.publicKey }, new Date())
  await expect(assertAddressed(hidden, recipients, 'part')).rejects.toMatchObject({
    code: 'WRONG_RECIPIENTS',
    message: 'part is sealed for a recipient that it does not name.',
  })
})

test('a part in a format that GnuPG 2.2 cannot read, or without MDC, is never stored', async () => {
  const sealed = await sealedFor({ passphrase }, 'rows')
  const recipients = await recipientsOf({ passphrase }, new Date())
  // After the packet of the session key; its salt and its key are random bytes.
  const content = 2 + (sealed[1] ?? 0)
  // After the tag and a length of five octets.
  const version = content + 6
  expect([sealed[content], sealed[content + 1], sealed[version]]).toEqual([0xd2, 0xff, 1])
  const second = Buffer.from(sealed)
  second[version] = 2
  await expect(assertAddressed(second, recipients, 'part')).rejects.toThrow('SEIPD version 2')
  const old = Buffer.from(sealed)
  old[content] = 0xc9
  await expect(assertAddressed(old, recipients, 'part')).rejects.toThrow('no MDC')
  await expect(assertAddressed(Buffer.from('<html>'), recipients, 'part')).rejects.toThrow(
    'not an OpenPGP packet',
  )
})
