import { keyCheckName } from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import { type RecoveryPoint, recoveryPointsOf, type Subject } from './find-recovery-point.ts'
import { unlessUnread } from './last-proved.ts'
import type { Check } from './verdict.ts'

/** Tries what is held on a few words. */
export interface KeyOpener {
  /** @throws Failure CANNOT_OPEN when nothing that is held opens them */
  readonly open: (sealed: Uint8Array, name: string) => Promise<unknown>
}

/** The newest so many are tried: each takes requests, and an older one is hardly ever restored. */
const most = 20

/** Whether what is held opens the earlier recovery points too, or was changed and not kept. */
export async function judgeKeys(
  store: Pick<ReleaseStore, 'published'>,
  subject: Subject,
  { open }: KeyOpener,
): Promise<Check> {
  const points: RecoveryPoint[] = []
  for await (const point of recoveryPointsOf(store, subject, most, unlessUnread)) {
    if (point.release.assets.some(({ name }) => name === keyCheckName)) points.push(point)
  }
  const closed: string[] = []
  for (const { manifest, release } of points) {
    try {
      await open(await release.download(keyCheckName), keyCheckName)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'CANNOT_OPEN') throw error
      closed.push(manifest.tag)
    }
  }
  if (closed.length === 0) {
    const which = points.length === 1 ? 'recovery point' : `${points.length} recovery points`
    const detail = `What is held opens the newest ${which}.`
    return { name: 'keys', state: 'PROVED', detail }
  }
  return {
    name: 'keys',
    state: 'SKIPPED',
    detail: `Of the newest ${points.length}, not opened by what is held today: ${closed.join(', ')}. Keep what sealed them as long as you keep them.`,
  }
}
