import { type Manifest, manifestSignatureName } from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import type { RecoveryPoint } from './find-recovery-point.ts'
import type { Check } from './verdict.ts'

/**
 * Demands that one of the named signers signed just these bytes.
 *
 * @returns who, and when: for people
 * @throws Failure SIGNATURE_REFUSED
 */
export type VerifySignature = (bytes: Uint8Array, signature: Uint8Array) => Promise<string>

export async function checkSignature(
  { manifest, manifestBytes, release }: RecoveryPoint,
  verify: VerifySignature,
): Promise<string> {
  if (!release.assets.some(({ name }) => name === manifestSignatureName)) {
    throw new Failure('SIGNATURE_REFUSED', `${manifest.tag} is not signed.`, {
      hint: 'Signers are named, so that only what they signed is believed. Was it exported without `signing-key`, or did somebody else make it?',
    })
  }
  return verify(manifestBytes, await release.download(manifestSignatureName))
}

/** Without a named signer: what the recovery point itself says about who can have made it. */
export const noSigner = ({ sealedFor }: Manifest): Check => ({
  name: 'signature',
  state: 'SKIPPED',
  detail: sealedFor.passphrase
    ? 'No signer is named. Whoever made it held the passphrase.'
    : 'No signer is named. It is sealed for public keys alone: whoever can write to the store could have made it.',
})
