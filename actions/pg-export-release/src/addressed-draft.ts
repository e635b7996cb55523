import { assertAddressed, type Recipients } from '@recovery-playbook/encryption'
import type { Draft } from '@recovery-playbook/release-store'

export type AddressedDraft = Pick<Draft, 'upload'>

/**
 * Stores nothing that one of the recipients could not open, or that somebody else could: the packets of
 * each sealed file are read back before it leaves the runner.
 */
export const addressedDraft = (draft: Draft, recipients: Recipients): AddressedDraft => ({
  async upload(name, bytes) {
    await assertAddressed(bytes, recipients, name)
    return draft.upload(name, bytes)
  },
})
