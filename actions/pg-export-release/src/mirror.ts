import { access } from 'node:fs/promises'
import { createBackupTag, deleteTag, newestCommit } from '@recovery-playbook/backup-tag'
import { Failure } from '@recovery-playbook/failure'
import { expiryWarning, type PacedRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  assertPrivate,
  directoryStore,
  githubReleases,
  type IsOver,
  prepareDirectory,
  type ReleaseStore,
  type Run,
} from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'

/** A further store, and what a copy needs there beforehand. */
export interface Mirror {
  readonly store: ReleaseStore
  /** @throws Failure REPOSITORY_PUBLIC, GITHUB_REFUSED, STORE_UNUSABLE where nothing may be kept there */
  open(): Promise<void>
  /** @throws Failure TAG_REFUSED, COPY_FAILED where no copy can have this tag */
  reserve(tag: string): Promise<void>
  /** Of what is not published there. */
  removeTag(tag: string): Promise<void>
}

interface Means {
  readonly run: Run
  /** Asked in the repository whose run it is: a mirror's token may not see that one. */
  readonly isOver: IsOver
  readonly requestFor: (token: string) => PacedRequest
}

/** @param mirrors each a directory, by its path, or a repository, `owner/name` */
export const mirrorsOf = (inputs: Inputs, means: Means, runner: Runner): Mirror[] =>
  inputs.mirrors.map((mirror) =>
    /^[./]/.test(mirror)
      ? directoryMirror(mirror, means, runner)
      : repositoryMirror(mirror, inputs, means, runner),
  )

function repositoryMirror(
  name: string,
  { mirrorToken, keeper, allowPublic }: Inputs,
  { run, isOver, requestFor }: Means,
  runner: Runner,
): Mirror {
  const repository = parseRepository(name)
  const request = requestFor(mirrorToken)
  return {
    store: githubReleases(request, repository, { pause: runner.clock.sleep, run, isOver }),
    async open() {
      if (!allowPublic) await assertPrivate(request, repository)
    },
    async reserve(tag) {
      const commit = await newestCommit(request, repository)
      const message = `A copy of ${tag} in ${keeper.owner}/${keeper.repo}`
      const wanted = { request, repository, name: tag, commit, message }
      const made = await createBackupTag({ ...wanted, onSameCommit: 'reuse' })
      const expiring = expiryWarning(request.tokenExpiry(), 'mirror-token', runner.clock.now())
      if (expiring !== undefined) runner.warn(expiring)
      if (made.name === tag) return
      await deleteTag(request, repository, made.name)
      throw tagTaken(name, tag)
    },
    removeTag: (tag) => deleteTag(request, repository, tag).catch(() => undefined),
  }
}

function directoryMirror(path: string, { run, isOver }: Means, runner: Runner): Mirror {
  return {
    store: directoryStore(path, { now: () => runner.clock.now(), run, isOver }),
    // An empty directory may be the place where a disk is not mounted: that one is refused.
    open: () => access(path).catch(() => prepareDirectory(path)),
    reserve: () => Promise.resolve(),
    removeTag: () => Promise.resolve(),
  }
}

const tagTaken = (mirror: string, tag: string) =>
  new Failure('COPY_FAILED', `The mirror ${mirror} has another tag ${tag}.`, {
    hint: 'A mirror is for copies alone: take a repository of its own.',
  })
