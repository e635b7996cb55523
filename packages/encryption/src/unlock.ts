import {
  type DecryptedSessionKey,
  decryptSessionKeys,
  type MaybeStream,
  type Message,
  type PrivateKey,
  readMessage,
  type SessionKey,
} from 'openpgp'
import { keyIdOf } from './armored-keys.ts'
import { type Envelope, hidden, noContent, type PassphrasePacket } from './envelope.ts'
import { format } from './format.ts'

/** What may open messages. During a rotation there is an old and a new one of a kind. */
export interface Held {
  readonly passphrases?: readonly string[]
  readonly keys?: readonly PrivateKey[]
}

export interface Candidate extends SessionKey {
  /** A private key knows when it fails; a wrong passphrase gives some other session key. */
  readonly certain: boolean
}

/** Every session key that what is held gives, by the type of packet and the key id. */
export async function sessionKeysOf(envelope: Envelope, held: Held): Promise<Candidate[]> {
  // Never passphrases and keys in one call: OpenPGP.js then looks for passphrases only.
  const found = await Promise.all([
    ...(held.keys ?? []).map((key) => byKey(envelope, key)),
    ...envelope.passphrases.flatMap((packet) =>
      (held.passphrases ?? []).map((passphrase) => byPassphrase(packet, passphrase)),
    ),
  ])
  return found.flat()
}

/** Of all keys and subkeys: messages name the subkey. */
export const idsOf = (keys: readonly PrivateKey[]): Set<string> =>
  new Set(keys.flatMap((key) => key.getKeys().map(keyIdOf)))

async function byKey({ keys }: Envelope, key: PrivateKey): Promise<Candidate[]> {
  const own = idsOf([key])
  const packets = keys.filter(({ keyId }) => keyId === hidden || own.has(keyId))
  const found = await from(packets, (message) =>
    decryptSessionKeys({ message, decryptionKeys: key, config: format }),
  )
  return found.map((sessionKey) => ({ ...sessionKey, certain: true }))
}

async function byPassphrase(packet: PassphrasePacket, passphrase: string): Promise<Candidate[]> {
  const found = await from([packet], (message) =>
    decryptSessionKeys({ message, passwords: passphrase, config: format }),
  )
  return found
    .filter(({ algorithm }) => isAes(algorithm) || algorithm === packet.cipher)
    .map((sessionKey) => ({ ...sessionKey, certain: false }))
}

export const isAes = (algorithm: string): boolean => /^aes(128|192|256)$/.test(algorithm)

async function from(
  packets: readonly { readonly packet: Uint8Array }[],
  decrypt: (message: Message<MaybeStream<Uint8Array>>) => Promise<DecryptedSessionKey[]>,
): Promise<SessionKey[]> {
  if (packets.length === 0) return []
  try {
    const binaryMessage = Buffer.concat([...packets.map(({ packet }) => packet), noContent])
    const found = await decrypt(await readMessage({ binaryMessage }))
    return found.flatMap(({ data, algorithm }) => (algorithm === null ? [] : { data, algorithm }))
  } catch {
    // What does not fit is said once, of all that was tried.
    return []
  }
}
