import { Failure } from '@recovery-playbook/failure'

/** What a failed draft means, as long as it is not the draft of a further copy. */
export const unpublished = 'Nothing was published.'

export const lacks = (tag: string, name: string) =>
  new Failure('RECOVERY_POINT_INCOMPLETE', `${tag} lacks ${name}.`, {
    hint: 'This recovery point cannot be restored. Name an older one, and export a new one now.',
  })

export const notARecoveryPoint = (tag: string) =>
  new Failure('NOT_A_RECOVERY_POINT', `${tag} is no recovery point, and is not deleted.`, {
    hint: 'Delete it by hand if it is not wanted any more.',
  })

export const tagSpent = (tag: string, why: string, cause?: unknown) =>
  new Failure('TAG_SPENT', `No release can be published as ${tag}: ${why}.`, {
    hint: `${unpublished} Start the job again: it draws another name.`,
    cause,
  })

export const notStored = (name: string, wrong: string, cause?: unknown) =>
  new Failure('UPLOAD_FAILED', `${name} was not stored: ${wrong}.`, {
    hint: `${unpublished} Start the job again.`,
    cause,
  })
