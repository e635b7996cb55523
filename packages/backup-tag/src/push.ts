import { Failure } from '@recovery-playbook/failure'
import { z } from 'zod'

/** GitHub's word for no commit: before a first push, and after a branch was deleted. */
const nothing = '0'.repeat(40)

const sha = z.string().regex(/^[0-9a-f]{40}$/)

/** docs.github.com/webhooks/webhook-events-and-payloads#push, as far as it matters here. */
const payload = z.object({
  ref: z.string(),
  before: sha,
  after: sha,
  forced: z.boolean().optional(),
  repository: z.object({ default_branch: z.string() }),
})

export interface Push {
  /** `refs/heads/main` */
  readonly ref: string
  /** The branch's commit before the push; undefined for one that was new. */
  readonly before: string | undefined
  /** And after it; undefined for one that was deleted. */
  readonly after: string | undefined
  /** Whether commits were taken away. */
  readonly forced: boolean
  readonly defaultBranch: string
}

/**
 * A push, by the payload of the event that started the run.
 *
 * @throws Failure INPUT_INVALID for what is no payload of a push
 */
export function pushOf(event: unknown): Push {
  const parsed = payload.safeParse(event)
  if (!parsed.success) throw unknown
  const { ref, before, after, forced = false, repository } = parsed.data
  return {
    ref,
    before: before === nothing ? undefined : before,
    after: after === nothing ? undefined : after,
    forced,
    defaultBranch: repository.default_branch,
  }
}

const unknown = new Failure(
  'INPUT_INVALID',
  'The event that started this run does not say what was pushed.',
  { hint: 'Let the workflow run `on: push`, or give a `description`: then `ref` is tagged.' },
)
