import { Failure, messageOf } from '@recovery-playbook/failure'
import { config, enums, type Key, type PublicKey, type Subkey } from 'openpgp'
import { isPrivate, keyIdOf } from './armored-keys.ts'
import { dateOf, expiresSoon, expiryOf } from './expiry.ts'
import { format } from './format.ts'

/** A public key that can be sealed for, now, in a format that stock GnuPG 2.2 reads. */
export interface RecipientKey {
  readonly key: PublicKey
  /** Of the primary key, which gpg lists. */
  readonly keyId: string
  /** What messages are encrypted to and name: a subkey, as a rule. */
  readonly encryptionKey: Key | Subkey
  readonly warning: string | undefined
}

/** RFC 9580, 5.2.3.32: asks every sender for SEIPD version 2. GnuPG's own 0x02 is only an offer. */
const seipdVersion2 = 0x08

/** @throws Failure KEY_UNUSABLE, naming the key id and the reason */
export async function checkRecipientKey(key: Key, now: Date): Promise<RecipientKey> {
  const keyId = keyIdOf(key)
  const wrong = unreadableByGnupg(key) ?? (await unusableNow(key, now))
  if (wrong !== undefined) throw refused(keyId, wrong)
  const encryption = await key
    .getEncryptionKey(undefined, now, undefined, checked)
    .catch(async (cause: unknown) => {
      throw refused(keyId, await withoutEncryption(key, now, cause), cause)
    })
  const tooNew = newAlgorithm(encryption)
  if (tooNew !== undefined) throw refused(keyId, tooNew)
  const expires = Math.min(await expiryOf(key, now), await expiryOf(encryption, now))
  return {
    key: key.toPublic(),
    keyId,
    encryptionKey: encryption,
    warning: expiresSoon(`The public key ${keyId}`, expires, now),
  }
}

/** A key's own methods, other than the functions, fill in no defaults. */
const checked = { ...config, ...format }

function unreadableByGnupg(key: Key): string | undefined {
  if (isPrivate(key)) return 'is a private key, and belongs on no runner that only writes'
  if (key.keyPacket.version !== 4) {
    return `has version ${key.keyPacket.version}, and GnuPG 2.2 reads version 4 only`
  }
  return newAlgorithm(key)
}

/** RFC 9580's own numbers for the curves; GnuPG knows the same curves as ed25519 and cv25519. */
function newAlgorithm(key: Key | Subkey): string | undefined {
  const { algorithm } = key.getAlgorithmInfo()
  return ['x25519', 'x448', 'ed25519', 'ed448'].includes(algorithm)
    ? `uses ${algorithm} as RFC 9580 writes it, which GnuPG 2.2 cannot read`
    : undefined
}

async function unusableNow(key: Key, now: Date): Promise<string | undefined> {
  if (key.getCreationTime() > now) {
    return `was made in the future, on ${dateOf(key.getCreationTime().getTime())}: a clock is wrong`
  }
  if (await key.isRevoked(undefined, undefined, now)) return 'was revoked by its owner'
  const expires = await expiryOf(key, now)
  if (expires <= now.getTime()) return `expired on ${dateOf(expires)}`
  const { features } = await selfSignatureOf(key, now)
  return ((features?.[0] ?? 0) & seipdVersion2) !== 0
    ? 'asks for AEAD (SEIPD version 2), which GnuPG 2.2 cannot read'
    : undefined
}

/** The newest one: an owner who has changed the preferences leaves the older ones in the key. */
async function selfSignatureOf(key: Key, now: Date): Promise<{ features: Uint8Array | null }> {
  const primary = await key.getPrimaryUser(now, undefined, checked).catch((cause: unknown) => {
    throw refused(keyIdOf(key), `is not in order: ${messageOf(cause)}`, cause)
  })
  return primary.selfCertification
}

/** Why there is nothing to encrypt to, although the key itself is in force. */
async function withoutEncryption(key: Key, now: Date, cause: unknown): Promise<string> {
  const able = key.subkeys.filter(({ bindingSignatures }) =>
    bindingSignatures.some(({ keyFlags }) => ((keyFlags?.[0] ?? 0) & encryptionFlags) !== 0),
  )
  if (able.length === 0) return 'can only sign: it has no subkey for encryption'
  const states = await Promise.all(able.map((subkey) => stateOf(subkey, key, now)))
  return `has no usable subkey for encryption: ${states.join('; ')} (${messageOf(cause)})`
}

const encryptionFlags = enums.keyFlags.encryptCommunication | enums.keyFlags.encryptStorage

async function stateOf(subkey: Subkey, key: Key, now: Date): Promise<string> {
  const keyId = keyIdOf(subkey)
  if (subkey.getCreationTime() > now) return `${keyId} was made in the future`
  const [binding] = subkey.bindingSignatures
  if (binding && (await subkey.isRevoked(binding, subkey.keyPacket, now))) {
    return `${keyId} was revoked`
  }
  const expires = await expiryOf(subkey, now)
  return expires <= now.getTime()
    ? `${keyId} expired on ${dateOf(expires)}`
    : (newAlgorithm(subkey) ?? `${keyId} of ${keyIdOf(key)} is not accepted`)
}

const refused = (keyId: string, wrong: string, cause?: unknown) =>
  new Failure('KEY_UNUSABLE', `The public key ${keyId} ${wrong}.`, {
    hint: 'Give one that `gpg --armor --export KEYID` of GnuPG 2.2 gives, with a subkey for encryption that is in force.',
    cause,
  })
