import { Failure, messageOf } from '@recovery-playbook/failure'

/** Nothing is wrong with it that could be shown: it cannot be looked at. */
export const notOpened = (name: string, why: string, hint: string): Failure =>
  new Failure('CANNOT_OPEN', `${name} is not opened: ${why}.`, { hint })

/** It is broken, and so is whatever would be restored from it. */
export const broken = (name: string, cause: unknown): Failure =>
  new Failure('PART_DAMAGED', `${name} is damaged: ${messageOf(cause)}.`, {
    hint: 'Nothing of it was used. Look for an older copy, and compare the SHA-256 with where it was made.',
    cause,
  })
