import {
  backupTagName,
  createBackupTag,
  deleteTag,
  newestCommit,
} from '@recovery-playbook/backup-tag'
import { Failure } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import type { Draft } from '@recovery-playbook/release-store'
import { releaseNotes } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'
import type { Content } from './publish.ts'
import type { Stores } from './stores.ts'

/** A tag and a draft of our own; both are gone when the scope ends before `publish`. */
export interface Reservation extends AsyncDisposable {
  readonly tag: string
  readonly draft: Draft
  publish(content: Content): Promise<{ readonly url: string }>
}

/**
 * The tag first: GitHub then asks for no rights on workflows when the release is published, and what
 * is not allowed is known before the dump and not after it.
 */
export async function reserve(
  inputs: Inputs,
  { request, store }: Stores,
  runner: Runner,
): Promise<Reservation> {
  const { keeper } = inputs
  const { name, draft, removeTag } = await drawn(inputs, { request, store }, runner)
  runner.info(`${name} is reserved.`)

  let published = false
  let spent = false
  return {
    tag: name,
    draft,
    async publish(content) {
      const notes = releaseNotes(content, `${keeper.owner}/${keeper.repo}`)
      const release = await draft.publish(notes).catch((error: unknown) => {
        spent = isSpent(error)
        throw error
      })
      published = true
      return release
    },
    async [Symbol.asyncDispose]() {
      if (published) return
      await draft.discard().catch(() => {
        runner.warn(`The draft of ${name} is left behind. No restore will ever use it.`)
      })
      // A spent name is left where it is, so that the next run draws another.
      if (!spent) await removeTag()
      runner.info(
        `${name} was not published; its draft ${spent ? 'is' : 'and its tag are'} removed.`,
      )
    },
  }
}

const isSpent = (error: unknown) => error instanceof Failure && error.code === 'TAG_SPENT'

/** Names that GitHub never gives out again show as such only when a release is made for them. */
const mostSpent = 5

async function drawn(
  inputs: Inputs,
  { request, store }: Pick<Stores, 'request' | 'store'>,
  runner: Runner,
) {
  const { keeper, keptAtHome, name: database, description } = inputs
  const { repository, commit } = runner.context
  const label = database === 'default' ? description : `${database} ${description}`
  for (let spent = 0; ; spent += 1) {
    const { name } = await createBackupTag({
      request,
      repository: keeper,
      name: backupTagName(runner.clock.now(), label),
      // At home the application's own; elsewhere that repository's newest, since it knows no other.
      commit: keptAtHome ? commit : await newestCommit(request, keeper),
      message: `Recovery point of the database '${database}' of ${repository} at ${commit}`,
      onSameCommit: 'next',
    })
    const removeTag = () =>
      deleteTag(request, keeper, name).catch(() => {
        runner.warn(`The tag ${name} of this failed export is left behind. Delete it by hand.`)
      })
    try {
      return { name, draft: await store.draft(name, name), removeTag }
    } catch (error) {
      if (!isSpent(error) || spent === mostSpent) {
        await removeTag()
        throw error
      }
      runner.info(`${name} cannot be used any more; another name is drawn.`)
    }
  }
}
