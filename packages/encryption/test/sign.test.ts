import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { signerFor, verifierFor } from '../src/index.ts'
import { type GeneratedKey, generateKey, type Gnupg, keyTypes, stockGnupg } from './gpg.ts'

const manifest = Buffer.from('{"tag":"backup-2026-01-01-database"}\n')
const signers = new Map<string, GeneratedKey>()
const locked = 'what gpg asks for'
let gnupg: Gnupg

beforeAll(async () => {
  gnupg = await stockGnupg()
  for (const [name, type] of Object.entries(keyTypes)) {
    signers.set(name, await generateKey(gnupg, { type, name, passphrase: locked }))
  }
})
afterAll(() => gnupg[Symbol.asyncDispose]())

function signerOf(name: string): GeneratedKey {
  const signer = signers.get(name)
  if (signer === undefined) throw new Error(`No key of type ${name}.`)
  return signer
}

async function byGpg(words: readonly string[], { fingerprint }: GeneratedKey, text = manifest) {
  const input = await gnupg.file('signed', text)
  const who = ['--local-user', fingerprint, '--passphrase', locked]
  return gnupg.gpg([...who, ...words, '--output', '-', '--detach-sign', input])
}

describe.each(Object.keys(keyTypes))('a signature by a key of type %s', (name) => {
  test('of ours is accepted by gpg, binary and armored, and names signer and time here', async () => {
    const { privateKey, publicKey, fingerprint } = signerOf(name)
    const now = new Date(Math.floor(Date.now() / 1000) * 1000)
    const signer = await signerFor({ armored: privateKey, passphrase: locked }, now)
    const binary = await signer.sign(manifest, now)
    const armored = await signer.signArmored(manifest, now)
    const text = await gnupg.file('text', manifest)
    for (const signature of [binary, Buffer.from(armored)]) {
      await gnupg.gpg(['--verify', await gnupg.file('sig', signature), text])
      const { verify } = await verifierFor(publicKey)
      expect(await verify(manifest, signature, now)).toEqual({
        keyId: fingerprint.slice(-16),
        fingerprint,
        userIds: [name],
        signedAt: now,
      })
    }
    const other = await gnupg.file('other', 'altered')
    await expect(gnupg.gpg(['--verify', await gnupg.file('sig', binary), other])).rejects.toThrow(
      'BAD signature',
    )
  })

  test('of gpg is accepted here', async () => {
    const signer = signerOf(name)
    const { verify } = await verifierFor(signer.publicKey)
    for (const words of [[], ['--armor']]) {
      const verified = await verify(manifest, await byGpg(words, signer), new Date())
      expect(verified.fingerprint).toBe(signer.fingerprint)
    }
  })
})

describe('a manifest is not believed', () => {
  const refused = { code: 'SIGNATURE_REFUSED' }

  test('when one byte of it, or of its signature, was changed, or the signature is missing', async () => {
    const signer = signerOf('ed25519/cv25519')
    const signature = await byGpg([], signer)
    const { verify } = await verifierFor(signer.publicKey)
    for (let offset = 0; offset < manifest.length; offset += 1) {
      const altered = Buffer.from(manifest)
      altered[offset] = (altered[offset] ?? 0) ^ 1
      await expect(verify(altered, signature, new Date())).rejects.toMatchObject(refused)
    }
    for (const wrong of [Buffer.alloc(0), manifest, signature.subarray(0, -1), Buffer.alloc(99)]) {
      await expect(verify(manifest, wrong, new Date())).rejects.toMatchObject(refused)
    }
  })

  test('when somebody signed who is not named', async () => {
    const stranger = signerOf('RSA-3072')
    const { verify } = await verifierFor(signerOf('ed25519/cv25519').publicKey)
    await expect(verify(manifest, await byGpg([], stranger), new Date())).rejects.toThrow(
      stranger.fingerprint.slice(-16),
    )
  })

  test('when the key had expired at the signature; one that expired later still proves it', async () => {
    const type = keyTypes['ed25519/cv25519']
    const then = ['--faked-system-time', '20240101T000000']
    const key = { type, name: 'old', expires: '30d', passphrase: locked, more: then }
    const signer = await generateKey(gnupg, key)
    const { verify } = await verifierFor(signer.publicKey)
    const inTime = await byGpg(then, signer)
    expect((await verify(manifest, inTime, new Date())).signedAt.getUTCFullYear()).toBe(2024)
    await expect(verify(manifest, inTime, new Date('2023-12-31'))).rejects.toMatchObject(refused)

    const { privateKey: armored } = signer
    const { sign } = await signerFor({ armored, passphrase: locked }, new Date('2024-01-10'))
    await expect(sign(manifest, new Date('2024-06-01'))).rejects.toThrow()
    await expect(
      signerFor({ armored, passphrase: locked }, new Date('2024-06-01')),
    ).rejects.toMatchObject({ code: 'KEY_UNUSABLE' })
  })

  test('when the key was revoked as compromised', async () => {
    const type = keyTypes['ed25519/cv25519']
    const signer = await generateKey(gnupg, { type, name: 'stolen', passphrase: locked })
    const signature = await byGpg([], signer)
    const path = `${gnupg.home}/openpgp-revocs.d/${signer.fingerprint}.rev`
    const certificate = (await readFile(path, 'utf8')).replace(':-----BEGIN', '-----BEGIN')
    await gnupg.gpg(['--import', await gnupg.file('revocation', certificate)])
    const revoked = (await gnupg.gpg(['--armor', '--export', signer.fingerprint])).toString()
    const { verify } = await verifierFor(revoked)
    await expect(verify(manifest, signature, new Date())).rejects.toThrow('revoked')
  })
})

test('a signing key that cannot be used is noticed before the dump, without its passphrase in the log', async () => {
  const { privateKey: armored, publicKey } = signerOf('NIST P-256')
  const now = new Date()
  for (const [given, why] of [
    [{ armored: publicKey }, 'is a public one'],
    [{ armored }, 'no passphrase is given'],
    [{ armored, passphrase: 'guess-guess' }, 'another passphrase than the given one'],
  ] as const) {
    const error: unknown = await signerFor(given, now).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'KEY_UNUSABLE', message: expect.stringContaining(why) })
    expect(String(error)).not.toContain('guess-guess')
  }
})

test('a signing key that expires within 60 days is a warning with the date, and a later one is none', async () => {
  const warningOf = async (expires: string) => {
    const type = keyTypes['ed25519/cv25519']
    const { privateKey } = await generateKey(gnupg, { type, name: `In ${expires}`, expires })
    return (await signerFor({ armored: privateKey }, new Date())).warning
  }
  expect(await warningOf('30d')).toMatch(
    /^The signing key [0-9A-F]{16} expires on \d{4}-\d\d-\d\d/i,
  )
  expect(await warningOf('90d')).toBeUndefined()
})
