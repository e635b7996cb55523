import { Failure, messageOf } from '@recovery-playbook/failure'
import { type Envelope, hidden } from './envelope.ts'
import { type Held, idsOf } from './unlock.ts'

/** Nothing of what is held gives a session key that fits: says what is wanted, and what is held. */
export function notHeld(envelope: Envelope, held: Held, name: string): Failure {
  const { passphrases = [], keys = [] } = held
  const tried = [
    ...(passphrases.length === 1 ? ['the passphrase'] : []),
    ...(passphrases.length > 1 ? [`any of ${passphrases.length} passphrases`] : []),
    ...(keys.length > 0 ? [`the private key ${either.format(idsOf(keys))}`] : []),
  ]
  const wanted = [
    ...(envelope.passphrases.length > 0 ? ['the passphrase that sealed it'] : []),
    ...envelope.keys.map(({ keyId }) =>
      keyId === hidden ? 'a private key that it does not name' : `the private key ${keyId}`,
    ),
  ]
  const subject =
    tried.length === 1 && passphrases.length === 1
      ? 'The passphrase does not open'
      : tried.length === 0
        ? 'Nothing is held that opens'
        : `Neither ${tried.join(' nor ')} opens`
  const wants = wanted.length === 0 ? 'is for nobody' : `wants ${either.format(wanted)}`
  return new Failure('CANNOT_OPEN', `${subject} ${name}, which ${wants}.`, {
    hint: 'Its digest is right, so it is not damaged: give the passphrase that was in force when it was made, or one of the private keys that it names.',
  })
}

export const unreadable = (name: string, cause: unknown): Failure =>
  new Failure('CANNOT_OPEN', `${name} is not opened: ${messageOf(cause)}.`, {
    hint: 'Its digest is right: it was stored so. Only OpenPGP messages with AES and MDC are opened, as `gpg --cipher-algo AES256` makes them.',
    cause,
  })

export const altered = (name: string, cause: unknown): Failure =>
  new Failure('PART_DAMAGED', `${name} does not authenticate: ${messageOf(cause)}.`, {
    hint: 'What is held opens it, and its content is not what was sealed: nothing of it is used. Take another recovery point.',
    cause,
  })

const either = new Intl.ListFormat('en', { type: 'disjunction' })
