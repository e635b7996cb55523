import { Failure } from '@recovery-playbook/failure'

/** Shortest passphrase that is accepted, in characters; `openssl rand -base64 24` gives 32. */
const shortest = 16

/**
 * Refuses a passphrase that cannot protect a backup, or that a person could not type into gpg:
 * OpenPGP.js would seal with an empty one (an unset secret) without a word.
 *
 * @throws Failure PASSPHRASE_UNUSABLE, without the passphrase
 */
export function assertUsablePassphrase(passphrase: string): void {
  const wrong =
    passphrase === ''
      ? 'is empty'
      : /\p{Cc}/u.test(passphrase)
        ? 'contains a line break or another control character'
        : passphrase !== passphrase.normalize('NFC')
          ? 'is not in Unicode normal form C, so that another keyboard may type it differently'
          : Array.from(passphrase).length < shortest
            ? `is shorter than ${shortest} characters`
            : undefined
  if (wrong === undefined) return
  throw new Failure('PASSPHRASE_UNUSABLE', `The passphrase ${wrong}.`, {
    hint: 'Make one with `openssl rand -base64 24`, keep it in a password manager, and store it as a secret of the repository.',
  })
}
