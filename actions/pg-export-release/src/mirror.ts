import { access } from 'node:fs/promises'
import { createBackupTag, newestCommit } from '@recovery-playbook/backup-tag'
import { Failure } from '@recovery-playbook/failure'
import { expiryWarning, paced, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  assertPrivate,
  copyRecoveryPoint,
  directoryStore,
  githubReleases,
  githubRuns,
  prepareDirectory,
  type ReleaseStore,
  type Run,
} from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'

/** A further store, and what a copy needs there beforehand. */
export interface Mirror {
  readonly store: ReleaseStore
  /** @throws Failure REPOSITORY_PUBLIC, TAG_REFUSED, STORE_UNUSABLE */
  prepare(tag: string): Promise<void>
}

/** @param mirrors each a directory, by its path, or a repository, `owner/name` */
export const mirrorsOf = (inputs: Inputs, run: Run, runner: Runner): Mirror[] =>
  inputs.mirrors.map((mirror) =>
    /^[./]/.test(mirror)
      ? directoryMirror(mirror, inputs, run, runner)
      : repositoryMirror(mirror, inputs, run, runner),
  )

function repositoryMirror(name: string, inputs: Inputs, run: Run, runner: Runner): Mirror {
  const repository = parseRepository(name)
  const request = paced(runner.github(inputs.mirrorToken), runner.clock, (line) => {
    runner.info(line)
  })
  return {
    store: githubReleases(request, repository, { pause: runner.clock.sleep, run }),
    async prepare(tag) {
      if (!inputs.allowPublic) await assertPrivate(request, repository)
      const commit = await newestCommit(request, repository)
      const message = `A copy of ${tag} in ${inputs.keeper.owner}/${inputs.keeper.repo}`
      const wanted = { request, repository, name: tag, commit, message }
      const made = await createBackupTag({ ...wanted, onSameCommit: 'reuse' })
      if (made.name !== tag) throw tagTaken(name, tag)
      const expiring = expiryWarning(request.tokenExpiry(), 'mirror-token', runner.clock.now())
      if (expiring !== undefined) runner.warn(expiring)
    },
  }
}

function directoryMirror(path: string, inputs: Inputs, run: Run, runner: Runner): Mirror {
  const isOver = githubRuns(runner.github(inputs.token))
  return {
    store: directoryStore(path, { now: () => runner.clock.now(), run, isOver }),
    // An empty directory may be the place where a disk is not mounted: that one is refused.
    prepare: () => access(path).catch(() => prepareDirectory(path)),
  }
}

/** What could not be copied, with the reason; the others are whole. */
export async function copyTo(
  mirrors: readonly Mirror[],
  from: ReleaseStore,
  tag: string,
  scratch: string,
  runner: Runner,
): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const mirror of mirrors) {
    const { store } = mirror
    try {
      await mirror.prepare(tag)
      const { url } = await copyRecoveryPoint(from, store, tag, scratch)
      runner.info(`${tag} is in ${store.place}, too: ${url}`)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      failures.push(error)
    }
  }
  return failures
}

const tagTaken = (mirror: string, tag: string) =>
  new Failure('COPY_FAILED', `The mirror ${mirror} has another tag ${tag}.`, {
    hint: 'A mirror is for copies alone: take a repository of its own.',
  })
