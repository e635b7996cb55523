import { deleteTag } from '@recovery-playbook/backup-tag'
import { newestRecoveryPoint, type RecoveryPoint } from '@recovery-playbook/drill'
import { expiryWarning } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { assertPrivate } from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'
import type { Stores } from './stores.ts'
import { sweep } from './sweep.ts'

/** Whether recovery points may be kept there, and which was the latest. */
export async function lookAtStore(
  { keeper, allowPublic }: Inputs,
  { request, store, subject }: Stores,
  runner: Runner,
): Promise<RecoveryPoint | undefined> {
  if (!allowPublic) await assertPrivate(request, keeper)
  const removeTag = (tag: string) => deleteTag(request, keeper, tag).catch(() => undefined)
  await sweep(store, { removeTag }, runner)
  // A broken recovery point is a reason to make a good one, not to make none.
  const previous = await newestRecoveryPoint(store, subject, ({ message }) => {
    runner.warn(`${message} This export does not count it as its predecessor.`)
  })
  const expiring = expiryWarning(request.tokenExpiry(), 'token', runner.clock.now())
  if (expiring !== undefined) runner.warn(expiring)
  return previous
}
