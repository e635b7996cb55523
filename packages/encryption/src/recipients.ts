import { Failure } from '@recovery-playbook/failure'
import { readArmoredKeys } from './armored-keys.ts'
import { assertUsablePassphrase } from './passphrase.ts'
import { checkRecipientKey, type RecipientKey } from './recipient-key.ts'

/** Whom a recovery point is sealed for: checked, so that sealing cannot fail for their sake. */
export interface Recipients {
  readonly passphrase: string | undefined
  readonly keys: readonly RecipientKey[]
  /** What is still right and soon will not be: sentences for a person. */
  readonly warnings: readonly string[]
  /** When they were checked. Sealing counts as done then. */
  readonly now: Date
}

interface Asked {
  /** Judged even when it is empty: an unset secret is a mistake, not a wish. */
  readonly passphrase?: string | undefined
  /** Armored text: one block or several, each of one key or several. */
  readonly publicKeys?: string | undefined
}

/**
 * With public keys alone, nothing that the runner keeps can read a backup.
 *
 * @throws Failure PASSPHRASE_UNUSABLE, KEY_UNUSABLE, INPUT_MISSING
 */
export async function recipientsOf(
  { passphrase, publicKeys }: Asked,
  now: Date,
): Promise<Recipients> {
  if (passphrase !== undefined) assertUsablePassphrase(passphrase)
  if (passphrase === undefined && publicKeys === undefined) {
    throw new Failure('INPUT_MISSING', 'Neither a passphrase nor a public key is given.', {
      hint: 'Give a passphrase, OpenPGP public keys, or both: nothing is stored unsealed.',
    })
  }
  const given = publicKeys === undefined ? [] : await readArmoredKeys(publicKeys, 'the public keys')
  const keys = await Promise.all(given.map((key) => checkRecipientKey(key, now)))
  return { passphrase, keys, warnings: keys.flatMap((key) => key.warning ?? []), now }
}
