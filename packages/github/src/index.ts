export {
  parseRepository,
  type Endpoints,
  type GithubRequest,
  type Repository,
} from './repository.ts'
export { type Headers, headersOf, statusOf } from './answer.ts'
export { type Changed, changedPaths } from './changed-paths.ts'
export { type Comment, newestBy, uneditedComments } from './comments.ts'
export { containsCommit } from './contains-commit.ts'
export { commitFiles } from './commit-files.ts'
export { fileAt, fileOnDefaultBranch, orNothing } from './file-at.ts'
export { type Clock, paced, type PacedRequest, pacedPerToken, timeOf } from './paced.ts'
export { headOf } from './head-of.ts'
export { isRateLimit } from './rate-limit.ts'
export { defaultBranchOf } from './default-branch.ts'
export { defaultBranchIn, proposedChange, type ProposedChange } from './proposed-change.ts'
export { refusal } from './refusal.ts'
export { isSpentTag, mayBeSpentTag } from './spent-tag.ts'
export { expiryWarning } from './token-expiry.ts'
export { allPages } from './pages.ts'
