type Known = boolean | 'unknown'

/** What GitHub says of the repository and of the account that it belongs to. */
export interface GithubFacts {
  /** `owner/name`. */
  readonly repository: string | undefined
  readonly defaultBranch: string | undefined
  readonly isPublic: Known
  readonly owner: 'user' | 'organization' | 'unknown'
  readonly plan: 'free' | 'pro' | 'team' | 'enterprise' | 'unknown'
  /** Whether a check can be required before a merge. */
  readonly canProtectBranches: Known
  /** Whether a job can be made to wait for a person. */
  readonly environmentsWithReviewers: Known
}

/**
 * What follows from the plan, where GitHub was not asked.
 *
 * Protected branches and rulesets of private repositories come with Pro, Team and Enterprise (GitHub Docs,
 * "About protected branches"); required reviewers there with Enterprise alone ("Deployments and
 * environments"). Public repositories have both on every plan.
 */
export function withWhatFollows(facts: GithubFacts): GithubFacts {
  const { isPublic, plan, canProtectBranches, environmentsWithReviewers } = facts
  const given = (asked: Known, plans: readonly string[]): Known => {
    if (asked !== 'unknown') return asked
    if (isPublic === true) return true
    return isPublic === 'unknown' || plan === 'unknown' ? 'unknown' : plans.includes(plan)
  }
  return {
    ...facts,
    canProtectBranches: given(canProtectBranches, ['pro', 'team', 'enterprise']),
    environmentsWithReviewers: given(environmentsWithReviewers, ['enterprise']),
  }
}

/** What the plan lacks, and what to do without it. */
export const limits = (facts: GithubFacts): string[] => [...protection(facts), ...reviewers(facts)]

function protection({ canProtectBranches, owner, repository }: GithubFacts): string[] {
  if (canProtectBranches === true) return []
  if (canProtectBranches === 'unknown') {
    return [
      `Whether this repository can require the check Merge guard is not known: gh api repos/${repository ?? '{owner}/{repo}'}/rulesets answers 403 where the plan has no rules.`,
    ]
  }
  const plan = { user: 'GitHub Pro', organization: 'GitHub Team', unknown: 'GitHub Pro or Team' }
  return [
    `This plan has no branch protection and no rulesets for private repositories: Merge guard shows red on a pull request and holds nobody. It can be made a required check with ${plan[owner]}.`,
  ]
}

function reviewers({ environmentsWithReviewers }: GithubFacts): string[] {
  if (environmentsWithReviewers === true) return []
  return [
    environmentsWithReviewers === 'unknown'
      ? 'Whether an environment can ask for reviewers is not known: GitHub has them in public repositories, and in private ones with Enterprise alone. No proposed workflow needs them.'
      : 'This plan has no required reviewers for environments of private repositories, so a workflow cannot wait for a second person. That is why no workflow here restores into the real database: do that by hand, with `dry-run` first and `confirm` typed.',
  ]
}
