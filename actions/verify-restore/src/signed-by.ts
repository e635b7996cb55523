import type { Runner } from '@recovery-playbook/host'
import type { Inputs } from './inputs.ts'

/** Says whose signature it is; undefined where none is demanded. */
export const signedBy = ({ verifier }: Inputs, { clock }: Runner) =>
  verifier &&
  (async (bytes: Uint8Array, signature: Uint8Array) => {
    const { fingerprint, userIds, signedAt } = await verifier.verify(bytes, signature, clock.now())
    return `by ${userIds.join(', ')} (${fingerprint}) at ${signedAt.toISOString()}`
  })
