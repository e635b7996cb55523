import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  decryptedBy,
  type GeneratedKey,
  generateKey,
  type Gnupg,
  keyTypes,
  stockGnupg,
} from '../../packages/encryption/test/gpg.ts'
import { newPassphrase, openScene, type Scene } from '../support/scene.ts'
import { openRelease } from '../support/stored-release.ts'
import { expectVerdict } from '../support/verdict.ts'

let scene: Scene
let gnupg: Gnupg
let owner: GeneratedKey
let deputy: GeneratedKey
let folder: string
beforeAll(async () => {
  scene = await openScene()
  gnupg = await stockGnupg()
  const type = keyTypes['ed25519/cv25519']
  owner = await generateKey(gnupg, { type, name: 'Owner', passphrase: 'locks the owner' })
  deputy = await generateKey(gnupg, { type: keyTypes['RSA-3072'], name: 'Deputy' })
  folder = await mkdtemp(join(tmpdir(), 'keys-'))
  await writeFile(join(folder, 'recipients.asc'), `${owner.publicKey}\n${deputy.publicKey}`)
})
afterAll(async () => {
  await gnupg[Symbol.asyncDispose]()
  await scene[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const keyCheck = 'key-check.gpg'

test('sealed for public keys alone: each private key opens it, and nothing that the export had does', async () => {
  const inputs = { passphrase: '', 'public-keys': join(folder, 'recipients.asc'), name: 'keys' }
  const exported = await scene.exportRelease(inputs)
  expect(exported).toMatchObject({ exitCode: 0 })
  expect(exported.summary).toMatch(
    /opens with \| the OpenPGP key `[0-9A-F]{16}` or the OpenPGP key/,
  )

  const drillWith = (held: Record<string, string>) =>
    scene.drill({ name: 'keys', passphrase: '', ...held })
  const locked = {
    'private-key': owner.privateKey,
    'private-key-passphrase': 'locks the owner',
  }
  expectVerdict(await drillWith(locked), 'PROVED', 'could have made it')
  expectVerdict(await drillWith({ 'private-key': deputy.privateKey }), 'PROVED')
  const { passphrase } = scene
  expectVerdict(await drillWith({ passphrase }), 'NOT PROVED', 'does not open', 'the private key')

  const release = await openRelease(scene.github, exported.outputs['recovery-point'] ?? '')
  const unlocked = ['--passphrase', 'locks the owner']
  const words = await decryptedBy(gnupg, await release.read(keyCheck), unlocked)
  expect(words.toString()).toContain(`You can open the recovery point ${release.tag}`)
})

test('sealed for a passphrase and a key, either opens it', async () => {
  const both = { name: 'both', 'public-keys': deputy.publicKey }
  expect(await scene.exportRelease(both)).toMatchObject({ exitCode: 0 })
  expectVerdict(await scene.drill({ name: 'both' }), 'PROVED', 'held the passphrase')
  const withKey = { name: 'both', passphrase: '', 'private-key': deputy.privateKey }
  expectVerdict(await scene.drill(withKey), 'PROVED')
})

test('a weak passphrase, no passphrase and a private key as a recipient end before anything is stored', async () => {
  const release = async (inputs: Record<string, string>) => {
    const { exitCode, log } = await scene.exportRelease({ name: 'refused', ...inputs })
    expect(exitCode).toBe(1)
    return log
  }
  expect(await release({ passphrase: 'correct horse battery' })).toMatch(/PASSPHRASE_UNUSABLE/)
  expect(await release({ passphrase: '' })).toMatch(/PASSPHRASE_UNUSABLE.*is empty/s)
  const log = await release({ passphrase: '', 'public-keys': deputy.privateKey })
  expect(log).toMatch(/KEY_UNUSABLE/)
  expect(log).not.toContain(deputy.privateKey.split('\n')[5])
  expectVerdict(await scene.drill({ name: 'refused' }), 'FAILED', 'no recovery point')
})

test('a key or a token that will expire soon is a warning in the summary, with its date', async () => {
  const type = keyTypes['ed25519/cv25519']
  const brief = await generateKey(gnupg, { type, name: 'Brief', expires: '30d' })
  const expiresAt = new Date(Date.now() + 7 * 24 * 3600 * 1000)
  const token = scene.github.issueToken({ contents: 'write' }, { expiresAt })
  const inputs = { name: 'brief', 'public-keys': brief.publicKey, token }
  const { exitCode, summary } = await scene.exportRelease(inputs)
  expect(exitCode).toBe(0)
  const [, warnings = ''] = summary.split('### Warnings')
  expect(warnings).toMatch(/key [0-9A-F]{16,40} .*expires.*\d{4}-\d\d-\d\d/)
  expect(warnings).toContain(`'token' expires at ${expiresAt.toISOString().slice(0, 19)}`)
  const drilled = await scene.drill({ name: 'brief', token })
  expect(drilled.summary).toContain(`'token' expires at ${expiresAt.toISOString().slice(0, 19)}`)
})

test('where a signer is named, only what that signer signed is believed', async () => {
  const signed = {
    name: 'signed',
    'signing-key': owner.privateKey,
    'signing-key-passphrase': 'locks the owner',
  }
  const exported = await scene.exportRelease(signed)
  expect(exported.exitCode).toBe(0)
  expect(exported.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('locks the owner')
  const drill = (signers: string) => scene.drill({ name: 'signed', signers })
  expectVerdict(await drill(owner.publicKey), 'PROVED', owner.fingerprint)
  expectVerdict(await drill(deputy.publicKey), 'FAILED', 'signature')

  const release = await openRelease(scene.github, exported.outputs['recovery-point'] ?? '')
  const [manifest, signature] = await Promise.all([
    gnupg.file('manifest.json', await release.read('manifest.json')),
    gnupg.file('manifest.json.sig', await release.read('manifest.json.sig')),
  ])
  await gnupg.gpg(['--verify', signature, manifest])

  await release.remove('manifest.json.sig')
  expectVerdict(await drill(owner.publicKey), 'FAILED', 'is not signed')
  await release.putBack()
})

test('a drill signs its record where it is given a key, and a guard with signers believes no other', async () => {
  const signed = { 'signing-key': deputy.privateKey }
  const named = { name: 'recorded' }
  await scene.publish({ ...named, ...signed })
  const drill = async (more: Record<string, string>) => {
    const { id } = await scene.github.addWorkflowRun({})
    const environment = { GITHUB_RUN_ID: String(id) }
    expectVerdict(await scene.drill({ ...named, ...more }, { environment }), 'PROVED')
  }
  const guard = (signers: string) =>
    scene.run('verify-restore', { mode: 'proof', ...named, signers })
  await drill({})
  expectVerdict(await guard(deputy.publicKey), 'FAILED', 'is not signed')
  await drill(signed)
  const before = scene.asked()
  expectVerdict(await guard(deputy.publicKey), 'PROVED')
  expect(scene.asked() - before).toBeLessThanOrEqual(10)
  expectVerdict(await guard(owner.publicKey), 'FAILED', 'No signature of')
  // Nobody has drilled it yet, and it makes the newest one young all the same.
  await scene.publish(named)
  expectVerdict(await guard(deputy.publicKey), 'FAILED', 'is not signed')
}, 180_000)

test('during a change of the passphrase both are given, and a drill says which points only the old one opens', async () => {
  const fresh = newPassphrase()
  const old = await scene.publish({ name: 'rotated' })
  await scene.publish({ name: 'rotated', passphrase: fresh })
  const drill = (passphrase: string) => scene.drill({ name: 'rotated', passphrase })
  expectVerdict(await drill(`${scene.passphrase}\n${fresh}`), 'PROVED', 'the newest 2 recovery')
  expectVerdict(await drill(fresh), 'PROVED', `not opened by what is held today: ${old}`)
})

test('during a change of the key both are given, each locked by itself, and a drill says which points only the old one opens', async () => {
  const type = keyTypes['ed25519/cv25519']
  const fresh = await generateKey(gnupg, { type, name: 'Fresh', passphrase: 'locks the fresh' })
  const inputs = { name: 'rotated-keys', passphrase: '' }
  const old = await scene.publish({ ...inputs, 'public-keys': owner.publicKey })
  await scene.publish({ ...inputs, 'public-keys': fresh.publicKey })
  const both = {
    ...inputs,
    'private-key': `${owner.privateKey}\n${fresh.privateKey}`,
    'private-key-passphrase': 'locks the fresh\nlocks the owner',
  }
  const drilled = await scene.drill(both)
  expectVerdict(drilled, 'PROVED', 'the newest 2 recovery')
  const printed = drilled.raw.replaceAll(/^::add-mask::.*$/gm, '')
  expect(printed).not.toMatch(/locks the (fresh|owner)/)
  const alone = {
    ...inputs,
    'private-key': fresh.privateKey,
    'private-key-passphrase': 'locks the fresh',
  }
  expectVerdict(await scene.drill(alone), 'PROVED', `not opened by what is held today: ${old}`)
})

test('a signing key that will expire soon is a warning in the summary', async () => {
  const type = keyTypes['ed25519/cv25519']
  const brief = await generateKey(gnupg, { type, name: 'Brief signer', expires: '30d' })
  const exported = await scene.exportRelease({ name: 'signer', 'signing-key': brief.privateKey })
  expect(exported.exitCode).toBe(0)
  expect(exported.summary).toMatch(/The signing key [0-9A-F]{16} expires on \d{4}-\d\d-\d\d/i)
})
