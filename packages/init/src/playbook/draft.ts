import type { Answers } from '../answers.ts'
import type { GithubFacts } from '../github-facts.ts'
import type { Survey } from '../look/survey.ts'
import type { Choice } from '../proposal.ts'
import { compose } from './compose.ts'
import { drill } from './drill.ts'
import { people, promises, tagHistory } from './promises.ts'
import { whatIsProtected } from './what.ts'
import { whereItIsKept } from './where.ts'

export interface Draft {
  readonly text: string
  readonly choices: readonly Choice[]
  readonly notes: readonly string[]
}

/** The playbook that a look at the repository leads to. */
export function draftPlaybook(survey: Survey, facts: GithubFacts, answers: Answers): Draft {
  const { handWritten, cloudinary } = survey
  const sections = [
    ...whatIsProtected(survey, facts),
    ...whereItIsKept(facts, answers),
    tagHistory(handWritten),
    promises(handWritten),
    drill(survey),
    ...people(handWritten, cloudinary),
  ]
  return {
    text: compose(sections),
    choices: sections.flatMap(({ choices = [] }) => choices),
    notes: sections.flatMap(({ notes = [] }) => notes),
  }
}
