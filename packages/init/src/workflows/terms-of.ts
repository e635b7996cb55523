import type { Playbook } from '@recovery-playbook/playbook'
import type { Answers } from '../answers.ts'
import type { GithubFacts } from '../github-facts.ts'
import type { Survey } from '../look/survey.ts'
import { captured } from '../playbook/captured.ts'
import type { Terms } from './terms.ts'

/** The major tag that our releases move. */
export const usualRef = 'v0'

/** What the workflows are made for, as the look and the answers have it. */
export function termsOf(
  survey: Survey,
  playbook: Playbook,
  { defaultBranch }: GithubFacts,
  { ref }: Answers,
): Terms {
  const known = new Map(
    [...survey.configuration.variables, ...captured(survey).kept].map((one) => [one.name, one]),
  )
  return {
    playbook,
    defaultBranch: isBranch(defaultBranch) ? defaultBranch : 'main',
    ref: ref ?? usualRef,
    python: survey.dependencies.python?.version,
    isSecret: (name) => known.get(name)?.isSecret ?? true,
  }
}

/** As git allows it, without what a filter of branches could not say. */
export const isBranch = (name: string | undefined): name is string =>
  name !== undefined && /^[^\s\p{C}~^:?*[\\]+$/u.test(name)
