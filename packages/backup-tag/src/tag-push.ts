import { Failure } from '@recovery-playbook/failure'
import {
  changedPaths,
  type GithubRequest,
  refusal,
  type Repository,
  statusOf,
} from '@recovery-playbook/github'
import { type BackupTag, createBackupTag } from './create.ts'
import { majorPaths } from './major.ts'
import { backupTagName } from './name.ts'
import { beforeWords, protectingTag } from './protecting.ts'
import type { Push } from './push.ts'

export interface TaggingPush {
  readonly request: GithubRequest
  readonly repository: Repository
  readonly push: Push
  /** Of the paths that make a change a major one. */
  readonly majorChanges: readonly string[]
  readonly now: Date
}

export interface TaggedPush {
  /** Undefined where nothing was to be tagged. */
  readonly tag: BackupTag | undefined
  /** Why it was tagged, or why not; a sentence. */
  readonly reason: string
  /** What it comes before. */
  readonly description?: string
  /** The state before the push, where the tag had to lead to another commit. */
  readonly goBackTo?: string
}

/**
 * Tags the state before a push to the default branch, when the change is a major one.
 *
 * @throws Failure TAG_REFUSED where the state before is not on GitHub any more, GITHUB_REFUSED
 */
export async function tagPush(tagging: TaggingPush): Promise<TaggedPush> {
  const { push, request, repository } = tagging
  const { ref, before, after, defaultBranch } = push
  if (ref !== `refs/heads/${defaultBranch}`)
    return left(`${ref} is not the branch ${defaultBranch}, whose pushes are tagged.`)
  if (before === undefined) return left('It is the first push: there is no state before it.')
  await assertKept(request, repository, before)
  const there = await protectingTag(request, repository, before).catch((error: unknown) => {
    throw refusal('list the tags', error)
  })
  if (there !== undefined) {
    const tag = { name: there, commit: before, created: false }
    return { tag, reason: 'The state before the push is protected already.' }
  }
  const why = await whyMajor(tagging, before)
  return why === undefined
    ? left('No path of the change is a major one by `major-changes`.')
    : protect(tagging, before, after, why)
}

const left = (reason: string): TaggedPush => ({ tag: undefined, reason })

/** Undefined for a change that is not a major one. */
async function whyMajor(
  { push, request, repository, majorChanges }: TaggingPush,
  before: string,
): Promise<string | undefined> {
  if (push.after === undefined) return `The branch ${push.defaultBranch} was deleted.`
  const changed = await changedPaths(request, repository, before, push.after).catch(
    (error: unknown) => {
      throw refusal('compare the state before the push with the one after it', error)
    },
  )
  if (changed === undefined || push.forced || !changed.isAhead)
    return 'The push took commits away: what was there may exist nowhere else.'
  const major = majorPaths(changed.paths, majorChanges)
  if (major.length > 0) return `It changes ${inWords(major)}.`
  return changed.isCut ? 'It changes more files than GitHub lists.' : undefined
}

function inWords(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).join(', ')
  return paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown
}

async function protect(
  { push, request, repository, now }: TaggingPush,
  before: string,
  after: string | undefined,
  reason: string,
): Promise<TaggedPush> {
  const what =
    after === undefined
      ? `${push.defaultBranch} was deleted`
      : await subjectOf(request, repository, after)
  const message = `${beforeWords}${what}`
  const tagged = (commit: string, text: string) =>
    createBackupTag({
      ...{ request, repository, commit, message: text, onSameCommit: 'reuse' },
      name: backupTagName(now, nameable(what) ? what : `push ${(after ?? before).slice(0, 7)}`),
    })
  try {
    return { tag: await tagged(before, message), reason, description: what }
  } catch (error) {
    if (after === undefined || !mayBeWorkflowRule(error)) throw error
    // A token that may not tag the old workflow files may tag the new ones, which are the branch's.
    const text = `${message}\n\nThis token may not tag the commit before the push, whose workflow files\ndiffer. To go back, take ${before}.\n`
    const tag = await tagged(after, text).catch(() => {
      throw error
    })
    return { tag, reason, description: what, goBackTo: before }
  }
}

const nameable = (subject: string) => /[\p{L}\p{N}]/u.test(subject)

/** GitHub answers 403 or 404 where workflow files differ, and not always with a header that says so. */
const mayBeWorkflowRule = (error: unknown): boolean =>
  error instanceof Failure && [403, 404].includes(statusOf(error.cause) ?? 0)

/** The first line of a commit's message. */
async function subjectOf(request: GithubRequest, repository: Repository, commit_sha: string) {
  const route = 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}'
  const { data } = await request(route, { ...repository, commit_sha }).catch((error: unknown) => {
    throw refusal(`read the commit ${commit_sha}`, error)
  })
  return data.message.split('\n')[0]?.trim() ?? ''
}

async function assertKept(request: GithubRequest, repository: Repository, commit_sha: string) {
  const route = 'GET /repos/{owner}/{repo}/git/commits/{commit_sha}'
  await request(route, { ...repository, commit_sha }).catch((error: unknown) => {
    if (![404, 422].includes(statusOf(error) ?? 0)) throw refusal(`read ${commit_sha}`, error)
    throw new Failure(
      'TAG_REFUSED',
      `The state before the push, ${commit_sha}, is not on GitHub any more.`,
      {
        hint: 'Push that commit again from a clone that has it, to a branch of its own, and tag it by hand.',
        cause: error,
      },
    )
  })
}
