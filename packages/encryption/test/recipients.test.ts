import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { generateKey as generateByLibrary } from 'openpgp'
import { recipientsOf } from '../src/index.ts'
import { newPassphrase } from './bytes.ts'
import { generateKey, type Gnupg, keyTypes, stockGnupg } from './gpg.ts'

const type = keyTypes['ed25519/cv25519']
const longAgo = ['--faked-system-time', '20240101T000000']
let gnupg: Gnupg

beforeAll(async () => {
  gnupg = await stockGnupg()
})
afterAll(() => gnupg[Symbol.asyncDispose]())

const days = (count: number) => count * 86_400_000

async function refusal(publicKeys: string, now = new Date()) {
  const error: unknown = await recipientsOf({ publicKeys }, now).catch((cause: unknown) => cause)
  expect(error).toMatchObject({ code: 'KEY_UNUSABLE' })
  return (error as Error).message
}

describe('before a dump that nobody could open is begun, a key is refused that', () => {
  test('has expired', async () => {
    const key = await generateKey(gnupg, { type, name: 'expired', expires: '30d', more: longAgo })
    expect(await refusal(key.publicKey)).toBe(
      `The public key ${key.fingerprint.slice(-16)} expired on 2024-01-31.`,
    )
  })

  test('was revoked', async () => {
    const { fingerprint } = await generateKey(gnupg, { type, name: 'revoked' })
    const certificate = `${gnupg.home}/openpgp-revocs.d/${fingerprint}.rev`
    const usable = (await readFile(certificate, 'utf8')).replace(':-----BEGIN', '-----BEGIN')
    await gnupg.gpg(['--import', await gnupg.file('revocation', usable)])
    const revoked = (await gnupg.gpg(['--armor', '--export', fingerprint])).toString()
    expect(await refusal(revoked)).toBe(
      `The public key ${fingerprint.slice(-16)} was revoked by its owner.`,
    )
  })

  test('can only sign', async () => {
    const signing = 'Key-Type: EDDSA\nKey-Curve: ed25519'
    const key = await generateKey(gnupg, { type: signing, name: 'sign-only' })
    expect(await refusal(key.publicKey)).toContain('can only sign')
  })

  test('has a subkey for encryption that has expired', async () => {
    const signing = 'Key-Type: EDDSA\nKey-Curve: ed25519'
    const { fingerprint } = await generateKey(gnupg, {
      type: signing,
      name: 'old subkey',
      more: longAgo,
    })
    const add = ['--passphrase', '', '--quick-add-key', fingerprint, 'cv25519', 'encr', '30d']
    await gnupg.gpg([...longAgo, ...add])
    const exported = (await gnupg.gpg(['--armor', '--export', fingerprint])).toString()
    expect(await refusal(exported)).toMatch(/no usable subkey.*[0-9A-F]{16} expired on 2024-01-31/)
  })

  test('was made in the future', async () => {
    const key = await generateKey(gnupg, { type, name: 'future' })
    expect(await refusal(key.publicKey, new Date('2020-01-01'))).toContain('made in the future')
  })

  test('is private', async () => {
    const key = await generateKey(gnupg, { type, name: 'private' })
    const message = await refusal(key.privateKey)
    expect(message).toContain(`${key.fingerprint.slice(-16)} is a private key`)
  })

  test.each([
    ['has version 6', { type: 'curve25519', config: { v6Keys: true } }],
    ['asks for AEAD', { type: 'ecc', config: { aeadProtect: true } }],
    ['uses ed25519 as RFC 9580 writes it', { type: 'curve25519' }],
  ] as const)('%s: GnuPG 2.2 could not read what is sealed', async (why, kind) => {
    const { publicKey } = await generateByLibrary({ ...kind, userIDs: [{ name: 'new' }] })
    expect(await refusal(publicKey)).toContain(why)
  })

  test('is one bad one of several', async () => {
    const good = await generateKey(gnupg, { type, name: 'good' })
    const bad = await generateKey(gnupg, { type, name: 'bad', expires: '30d', more: longAgo })
    expect(await refusal(good.publicKey + bad.publicKey)).toContain(bad.fingerprint.slice(-16))
  })
})

test.each([
  ['no key at all', 'ssh-ed25519 AAAA'],
  ['half a key', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ'],
  [
    'a damaged key',
    '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----',
  ],
])('%s is not taken for one', async (_, text) => {
  expect(await refusal(text)).toContain('nothing can be read')
})

test('a key that expires soon is warned about while there is still time', async () => {
  const { publicKey, fingerprint } = await generateKey(gnupg, {
    type,
    name: 'soon',
    expires: '1y',
  })
  const made = Date.now()
  const expiry = new Date(made + days(365)).toISOString().slice(0, 10)
  const early = await recipientsOf({ publicKeys: publicKey }, new Date(made + days(365 - 61)))
  expect(early.warnings).toEqual([])
  const late = await recipientsOf({ publicKeys: publicKey }, new Date(made + days(365 - 59)))
  expect(late.warnings).toEqual([
    expect.stringContaining(`${fingerprint.slice(-16)} expires on ${expiry}`),
  ])
})

test('several keys are read from one block, from several, and from indented ones; doubles count once', async () => {
  const keys = [
    await generateKey(gnupg, { type, name: 'one' }),
    await generateKey(gnupg, { type, name: 'another' }),
  ]
  const fingerprints = keys.map(({ fingerprint }) => fingerprint)
  const together = (await gnupg.gpg(['--armor', '--export', ...fingerprints])).toString()
  const apart = keys.map(({ publicKey }) => publicKey.replace(/^/gm, '    ')).join('')
  for (const publicKeys of [together, apart, together + apart]) {
    const recipients = await recipientsOf({ publicKeys }, new Date())
    const ids = recipients.keys.map(({ keyId }) => keyId).sort()
    expect(ids).toEqual(fingerprints.map((one) => one.slice(-16)).sort())
  }
})

test('nothing is ever sealed for nobody', async () => {
  await expect(recipientsOf({}, new Date())).rejects.toMatchObject({ code: 'INPUT_MISSING' })
  await expect(recipientsOf({ passphrase: '' }, new Date())).rejects.toMatchObject({
    code: 'PASSPHRASE_UNUSABLE',
  })
  await expect(
    recipientsOf({ publicKeys: '', passphrase: newPassphrase() }, new Date()),
  ).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
})
