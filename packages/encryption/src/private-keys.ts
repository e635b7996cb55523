import { Failure } from '@recovery-playbook/failure'
import { decryptKey, type PrivateKey } from 'openpgp'
import { isPrivate, keyIdOf, readArmoredKeys } from './armored-keys.ts'

export interface ArmoredPrivateKeys {
  /** Armored text: one block or several, each of one key or several. */
  readonly armored: string
  /** What locks the keys, if anything does: several, one per line, where it is not the same for all. */
  readonly passphrase?: string | undefined
}

/** Private keys that are unlocked, to open messages or to sign with. */
export type UnlockedKeys = readonly PrivateKey[]

/** @throws Failure KEY_UNUSABLE, without the passphrase */
export async function unlockKeys({
  armored,
  passphrase = '',
}: ArmoredPrivateKeys): Promise<UnlockedKeys> {
  const keys = await readArmoredKeys(armored, 'the private keys')
  return Promise.all(
    keys.map(async (key) => {
      if (!isPrivate(key)) {
        throw refused(keyIdOf(key), 'is a public one: it opens and signs nothing')
      }
      if (key.isDecrypted()) return key
      if (passphrase === '') throw refused(keyIdOf(key), 'is locked, and no passphrase is given')
      return unlock(key, passphrase.split(/\r?\n/).filter(Boolean))
    }),
  )
}

async function unlock(privateKey: PrivateKey, passphrases: readonly string[]) {
  let cause: unknown
  for (const passphrase of passphrases) {
    try {
      return await decryptKey({ privateKey, passphrase })
    } catch (error) {
      cause = error
    }
  }
  const given = passphrases.length === 1 ? 'the given one' : 'each of the given ones'
  const wrong = `is locked with another passphrase than ${given}`
  throw refused(keyIdOf(privateKey), wrong, cause)
}

const refused = (keyId: string, wrong: string, cause?: unknown) =>
  new Failure('KEY_UNUSABLE', `The key ${keyId} ${wrong}.`, {
    hint: 'Give what `gpg --armor --export-secret-keys KEYID` gives, and the passphrase that gpg asked for.',
    cause,
  })
