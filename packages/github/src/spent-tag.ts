import { messageOf } from '@recovery-playbook/failure'
import { statusOf } from './answer.ts'

/**
 * Whether GitHub refused a release because a deleted immutable release had its tag: that name can never
 * be used again, and another one has to be drawn. GitHub's words:
 * github-community-projects/ospo-reusable-workflows#83.
 */
export const isSpentTag = (error: unknown): boolean =>
  statusOf(error) === 422 && messageOf(error).includes('used by an immutable release')

/** The same for a tag, where GitHub's words may also mean a rule of the repository that forbids tags. */
export const mayBeSpentTag = (error: unknown): boolean =>
  isSpentTag(error) ||
  (statusOf(error) === 422 && messageOf(error).includes('creations being restricted'))
