import {
  backupTagName,
  createBackupTag,
  deleteTag,
  newestCommit,
} from '@recovery-playbook/backup-tag'
import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import type { Draft, ReleaseStore } from '@recovery-playbook/release-store'
import type { Inputs } from './inputs.ts'

/** A tag and a draft of our own; both are gone when the scope ends before `publish`. */
export interface Reservation extends AsyncDisposable {
  readonly tag: string
  readonly draft: Draft
  publish(notes: string): Promise<{ readonly url: string }>
}

interface Reserving extends Inputs {
  readonly request: GithubRequest
  readonly store: ReleaseStore
}

/**
 * The tag first: GitHub then asks for no rights on workflows when the release is published, and what
 * is not allowed is known before the dump and not after it.
 */
export async function reserve(inputs: Reserving, runner: Runner): Promise<Reservation> {
  const { request, store, keeper } = inputs
  const label =
    inputs.database === 'default' ? inputs.description : `${inputs.database} ${inputs.description}`
  const { name } = await createBackupTag({
    request,
    repository: keeper,
    name: backupTagName(runner.clock.now(), label),
    commit: await taggedCommit(inputs, runner),
    message: `Recovery point of the database '${inputs.database}' of ${runner.context.repository} at ${runner.context.commit}`,
    onSameCommit: 'next',
  })
  const removeTag = () =>
    deleteTag(request, keeper, name).catch(() => {
      runner.warn(`The tag ${name} of this failed export is left behind. Delete it by hand.`)
    })
  const draft = await store.draft(name, name).catch(async (error: unknown) => {
    await removeTag()
    throw error
  })
  runner.info(`${name} is reserved.`)

  let published = false
  return {
    tag: name,
    draft,
    async publish(notes) {
      const release = await draft.publish(notes)
      published = true
      return release
    },
    async [Symbol.asyncDispose]() {
      if (published) return
      await draft.discard().catch(() => {
        runner.warn(`The draft of ${name} is left behind. No restore will ever use it.`)
      })
      await removeTag()
      runner.info(`${name} was not published; its draft and its tag are removed.`)
    },
  }
}

/** At home the application's own commit; elsewhere that repository's newest, since it knows no other. */
const taggedCommit = async ({ request, keeper, keptAtHome }: Reserving, { context }: Runner) =>
  keptAtHome ? context.commit : newestCommit(request, keeper)
