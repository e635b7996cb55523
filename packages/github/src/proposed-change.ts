import { z } from 'zod'

/** What a pull request or a merge queue would bring to the branch that it goes to. */
export interface ProposedChange {
  /** The commits: of the branch, and of what would come to it. */
  readonly base: string
  readonly head: string
  /** Whether it comes from another repository, whose runs get no secrets and a token that only reads. */
  readonly isFromFork: boolean
  /** Of the pull request; of a merge queue the last one in the group. Undefined where no name says it. */
  readonly number: number | undefined
  /** Whether `head` is of a merge queue, and not the commit that the pull request shows. */
  readonly isQueued: boolean
  /** Whether it goes to the default branch. */
  readonly toDefaultBranch: boolean
}

const sha = z.string().regex(/^[0-9a-f]{40,64}$/)
const repository = z.looseObject({ full_name: z.string() })

const pullRequest = z.looseObject({
  pull_request: z.looseObject({
    number: z.int().positive(),
    base: z.looseObject({ sha, ref: z.string(), repo: repository }),
    // Null where the fork was deleted.
    head: z.looseObject({ sha, repo: repository.nullable() }),
  }),
})

const mergeGroup = z.looseObject({
  merge_group: z.looseObject({
    ...{ base_sha: sha, head_sha: sha },
    ...{ base_ref: z.string(), head_ref: z.string() },
  }),
})

const home = z.looseObject({ repository: z.looseObject({ default_branch: z.string() }) })

/**
 * @param payload of any event; docs.github.com, "Webhook events and payloads"
 * @returns undefined where it does not say
 */
export const defaultBranchIn = (payload: unknown): string | undefined =>
  home.safeParse(payload).data?.repository.default_branch

/**
 * @param payload of the event; docs.github.com, "Webhook events and payloads"
 * @returns undefined for any other event
 */
export function proposedChange(payload: unknown): ProposedChange | undefined {
  const usual = defaultBranchIn(payload)
  const queued = mergeGroup.safeParse(payload).data?.merge_group
  if (queued !== undefined) {
    const { base_sha: base, head_sha: head, head_ref: ref, base_ref } = queued
    // refs/heads/gh-readonly-queue/main/pr-104-SHA
    const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(ref)?.[1]
    const isQueued = true
    const toDefaultBranch = base_ref === `refs/heads/${usual ?? ''}`
    return {
      ...{ base, head, isFromFork: false, isQueued, toDefaultBranch },
      number: number ? Number(number) : undefined,
    }
  }
  const asked = pullRequest.safeParse(payload).data?.pull_request
  if (asked === undefined) return undefined
  const { base, head, number } = asked
  return {
    ...{ number, isQueued: false, toDefaultBranch: base.ref === usual },
    base: base.sha,
    head: head.sha,
    isFromFork: head.repo?.full_name !== base.repo.full_name,
  }
}
