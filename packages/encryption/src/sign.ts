import { Failure, messageOf } from '@recovery-playbook/failure'
import { createMessage, sign } from 'openpgp'
import { keyIdOf } from './armored-keys.ts'
import { expiresSoon, expiryOf } from './expiry.ts'
import { format } from './format.ts'
import { type ArmoredPrivateKeys, unlockKeys } from './private-keys.ts'

export interface Signer {
  /** Of the primary key. */
  readonly keyId: string
  /** What is still right and soon will not be: a sentence for a person. */
  readonly warning: string | undefined
  /** A detached signature, as `gpg --verify SIGNATURE TEXT` takes it. */
  readonly sign: (bytes: Uint8Array, now: Date) => Promise<Uint8Array>
  /** The same, armored. */
  readonly signArmored: (bytes: Uint8Array, now: Date) => Promise<string>
}

/** @throws Failure KEY_UNUSABLE, also for a key that cannot sign now */
export async function signerFor(given: ArmoredPrivateKeys, now: Date): Promise<Signer> {
  const [key, another] = await unlockKeys(given)
  if (key === undefined || another !== undefined) {
    throw refused('Of the signing keys, exactly one must be given.')
  }
  const keyId = keyIdOf(key)
  const cannot = (cause: unknown) =>
    refused(`The key ${keyId} cannot sign: ${messageOf(cause)}.`, cause)
  const signing = await key.getSigningKey(undefined, now).catch((cause: unknown) => {
    throw cannot(cause)
  })
  const expires = Math.min(await expiryOf(key, now), await expiryOf(signing, now))

  const order = async (bytes: Uint8Array, date: Date) => ({
    message: await createMessage({ binary: Buffer.from(bytes) }),
    signingKeys: key,
    detached: true,
    date,
    config: format,
  })
  return {
    keyId,
    warning: expiresSoon(`The signing key ${keyId}`, expires, now),
    sign: async (bytes, date) =>
      (await sign({ ...(await order(bytes, date)), format: 'binary' })) as Uint8Array,
    signArmored: async (bytes, date) =>
      (await sign({ ...(await order(bytes, date)), format: 'armored' })) as string,
  }
}

const refused = (message: string, cause?: unknown) =>
  new Failure('KEY_UNUSABLE', message, {
    hint: 'Give the private key of one signer: `gpg --armor --export-secret-keys KEYID`.',
    cause,
  })
