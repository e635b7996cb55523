import { Failure } from '@recovery-playbook/failure'
import { estimatedBits } from './strength.ts'

/** Estimated strength below which a passphrase is refused: guessing at a public archive never ends. */
const enoughBits = 80

/**
 * Refuses a passphrase that cannot protect a backup, or that a person could not type into gpg:
 * OpenPGP.js would seal with an empty one (an unset secret) without a word.
 *
 * @throws Failure PASSPHRASE_UNUSABLE, without the passphrase
 */
export function assertUsablePassphrase(passphrase: string): void {
  const wrong = untypable(passphrase) ?? guessable(passphrase)
  if (wrong === undefined) return
  throw new Failure('PASSPHRASE_UNUSABLE', `The passphrase ${wrong}.`, {
    hint: 'Make one with `openssl rand -base64 24`, keep it in a password manager, and store it as a secret of the repository.',
  })
}

function untypable(passphrase: string): string | undefined {
  if (passphrase === '') return 'is empty'
  if (/\p{Cc}/u.test(passphrase)) return 'contains a line break or another control character'
  if (passphrase !== passphrase.normalize('NFC')) {
    return 'is not in Unicode normal form C, so that another keyboard may type it differently'
  }
  return undefined
}

function guessable(passphrase: string): string | undefined {
  const bits = Math.floor(estimatedBits(passphrase))
  return bits < enoughBits
    ? `can be guessed: its strength is estimated at ${bits} bits, and ${enoughBits} are needed`
    : undefined
}
