import { Failure, messageOf } from '@recovery-playbook/failure'
import { createMessage, readSignature, verify } from 'openpgp'
import { keyIdOf, readArmoredKeys } from './armored-keys.ts'
import { format } from './format.ts'

/** Who has signed, and when. */
export interface Signature {
  /** Of the signer's primary key. */
  readonly keyId: string
  /** In full, upper-case hexadecimal: the key id alone can be imitated. */
  readonly fingerprint: string
  readonly userIds: readonly string[]
  readonly signedAt: Date
}

export interface Verifier {
  /**
   * @param signature detached, armored or binary, ours or gpg's
   * @throws Failure SIGNATURE_REFUSED unless a named signer signed exactly these bytes, with a key that
   *   was in force then and was never reported as compromised
   */
  readonly verify: (bytes: Uint8Array, signature: Uint8Array, now: Date) => Promise<Signature>
}

/**
 * @param publicKeys of all who may sign, armored
 * @throws Failure KEY_UNUSABLE
 */
export async function verifierFor(publicKeys: string): Promise<Verifier> {
  const signers = await readArmoredKeys(publicKeys, 'the public keys of the signers')

  async function signaturesOver(bytes: Uint8Array, signature: Uint8Array, date: Date) {
    const message = await createMessage({ binary: Buffer.from(bytes) })
    const options = { verificationKeys: signers, date, format: 'binary', config: format } as const
    return verify({ message, signature: await readEither(signature), ...options })
  }

  return {
    async verify(bytes, signature, now) {
      if (signature.length === 0) throw refused('Nothing is signed: the signature is empty')
      const { signatures } = await signaturesOver(bytes, signature, now).catch((cause: unknown) => {
        throw refused(`The signature cannot be read: ${messageOf(cause)}`, cause)
      })
      const reasons: string[] = []
      for (const { keyID, verified, signature: detached } of signatures) {
        const signer = signers.find((key) => key.getKeys(keyID).length > 0)
        const wrong = await verified.then(
          () => undefined,
          (error: unknown) => messageOf(error),
        )
        const signedAt = (await detached).packets[0]?.created
        if (wrong === undefined && signer && signedAt) {
          const fingerprint = signer.getFingerprint().toUpperCase()
          return { keyId: keyIdOf(signer), fingerprint, userIds: signer.getUserIDs(), signedAt }
        }
        reasons.push(`${keyID.toHex().toUpperCase()}: ${wrong ?? 'not dated'}`)
      }
      const named = signers.map(keyIdOf).join(', ')
      throw refused(`No signature of ${named} holds (${reasons.join('; ') || 'there is none'})`)
    },
  }
}

const readEither = (signature: Uint8Array) =>
  signature[0] === '-'.charCodeAt(0)
    ? readSignature({ armoredSignature: Buffer.from(signature).toString() })
    : readSignature({ binarySignature: signature })

const refused = (message: string, cause?: unknown) =>
  new Failure('SIGNATURE_REFUSED', `${message}.`, {
    hint: 'Do not use what it signs before you know why: another signer, an altered text, or a key that was not in force.',
    cause,
  })
