import { type RecoveryPoint, recoveryPointsOf } from '@recovery-playbook/drill'
import { Failure } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import { copyFailed, copyRecoveryPoint, whyStale } from '@recovery-playbook/release-store'
import type { Mirror } from './mirror.ts'
import type { Stores } from './stores.ts'
import { sweep } from './sweep.ts'

/** Among the newest so many releases a copy that is missing is noticed, */
const mostLookedAt = 20

/** and so many are made up for in one run. */
const mostMadeUpFor = 3

/**
 * In each mirror the new recovery point, and what earlier runs did not bring there. What could not be
 * copied is returned, with the reason; the others are whole.
 *
 * @throws whatever the job was cancelled with
 */
export async function copyToMirrors(
  tag: string,
  stores: Stores,
  scratch: string,
  runner: Runner,
): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const mirror of stores.mirrors) {
    try {
      await keepUp(mirror, tag, stores, scratch, runner)
    } catch (error) {
      runner.stopped.throwIfAborted()
      const told = error instanceof Failure && ofOneTag.has(error.code)
      failures.push(ofTheMirror(told ? error : copyFailed(tag, stores.store, mirror.store, error)))
    }
  }
  return failures
}

/** These name the recovery point themselves, or say that it is the first copy that is not right. */
const ofOneTag = new Set(['COPY_FAILED', 'NO_RECOVERY_POINT', 'PART_DAMAGED', 'DOWNLOAD_FAILED'])

/** A refusal's words are for the first store: its inputs are others. */
function ofTheMirror(failure: Failure): Failure {
  const { code, message, hint, cause } = failure
  if (code !== 'COPY_FAILED') return failure
  const inputs = hint
    .replaceAll('`token`', '`mirror-token`')
    .replaceAll('`repository`', '`mirrors`')
  return new Failure(code, message, { hint: inputs, cause })
}

async function keepUp(
  mirror: Mirror,
  tag: string,
  stores: Stores,
  scratch: string,
  runner: Runner,
): Promise<void> {
  const copy = async (one: string) => {
    await mirror.reserve(one)
    const { store: from } = stores
    const { url } = await copyRecoveryPoint(from, mirror.store, one, scratch, runner.stopped)
    runner.info(`${one} is in ${mirror.store.place}, too: ${url}`)
  }
  await mirror.open()
  const missed = await missedBy(mirror, stores, runner)
  // What is missing is gone on with.
  const removeTag = (one: string) => mirror.removeTag(one)
  await sweep(mirror.store, { removeTag, except: missed }, runner)
  await copy(tag)
  for (const one of missed) {
    await mirror.removeTag(one)
    await copy(one)
  }
}

/** Recovery points whose run has ended without a copy there, the newest first. */
async function missedBy(
  { store: mirror }: Mirror,
  { store, subject, run, isOver, request }: Stores,
  runner: Runner,
): Promise<string[]> {
  const there = new Set((await mirror.published()).map((release) => release.tag))
  const published = async () =>
    (await store.published()).slice(0, mostLookedAt).filter((release) => !there.has(release.tag))
  const now = request.serverTime() ?? runner.clock.now()
  const missed: string[] = []
  const passedOver = () => undefined
  for await (const point of recoveryPointsOf({ published }, subject, mostLookedAt, passedOver)) {
    const suspect = { run: runOf(point), lastSign: new Date(point.release.publishedAt), now }
    if ((await whyStale(suspect, run, isOver)) !== undefined) missed.push(point.manifest.tag)
    if (missed.length === mostMadeUpFor) break
  }
  return missed
}

const runOf = ({ manifest: { repository, run } }: RecoveryPoint) => ({
  repository,
  id: Number(run.id),
  attempt: Number(run.attempt),
})
