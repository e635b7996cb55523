import { Failure } from '@recovery-playbook/failure'
import { keyIdOf } from './armored-keys.ts'
import { inOnePiece } from './byte-reader.ts'
import { type Envelope, hidden, readEnvelope } from './envelope.ts'
import type { Recipients } from './recipients.ts'
import { unreadable } from './refusals.ts'

/** What opens a message, as the message says it without any secret. */
export interface Addressees {
  readonly passphrase: boolean
  /** Of the subkeys for encryption, upper-case hexadecimal; zeros where the recipient is hidden. */
  readonly keyIds: readonly string[]
}

/**
 * Who can open a message. Its leading packets are all that is looked at, so that its first 64 KiB are
 * enough.
 *
 * @throws Failure CANNOT_OPEN for what nobody can, with GnuPG 2.2 and authenticated
 */
export async function openedBy(sealed: Uint8Array, name: string): Promise<Addressees> {
  const { passphrases, keys } = await envelopeOf(sealed, name)
  return { passphrase: passphrases.length > 0, keyIds: keys.map(({ keyId }) => keyId) }
}

/**
 * That a sealed part is for everybody that was asked for, and for nobody else.
 *
 * @param sealed the part, or at least its first 64 KiB
 * @throws Failure WRONG_RECIPIENTS
 */
export async function assertAddressed(
  sealed: Uint8Array,
  recipients: Recipients,
  name: string,
): Promise<void> {
  const { passphrases, keys } = await envelopeOf(sealed, name)
  const found = keys.map(({ keyId }) => keyId).sort()
  const asked = recipients.keys.map(({ encryptionKey }) => keyIdOf(encryptionKey)).sort()
  const askedPassphrases = recipients.passphrase === undefined ? 0 : 1
  if (found.includes(hidden)) throw wrong(name, 'for a recipient that it does not name')
  if (found.join() === asked.join() && passphrases.length === askedPassphrases) return
  throw wrong(
    name,
    `for ${counted(found, passphrases.length)}, and not for ${counted(asked, askedPassphrases)}`,
  )
}

/** What messages for these recipients will say. */
export const sealedFor = ({ passphrase, keys }: Recipients): Addressees => ({
  passphrase: passphrase !== undefined,
  keyIds: keys.map(({ encryptionKey }) => keyIdOf(encryptionKey)),
})

const envelopeOf = (sealed: Uint8Array, name: string): Promise<Envelope> =>
  readEnvelope(inOnePiece(sealed)).catch((cause: unknown) => {
    throw unreadable(name, cause)
  })

const counted = (keyIds: readonly string[], passphrases: number) =>
  `${keyIds.length === 0 ? 'no public key' : `the public keys ${keyIds.join(', ')}`} and ${passphrases} passphrases`

const wrong = (name: string, whom: string) =>
  new Failure('WRONG_RECIPIENTS', `${name} is sealed ${whom}.`, {
    hint: 'It is not stored: somebody who should open it could not, or somebody who should not could. Please report this.',
  })
