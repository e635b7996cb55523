import type { GithubFacts } from '../github-facts.ts'
import type { Survey } from '../look/survey.ts'
import { oneLine } from '../one-line.ts'
import type { Choice } from '../proposal.ts'
import { exportInterval } from './export-schedule.ts'
import type { Terms } from './terms.ts'
import { isBranch, usualRef } from './terms-of.ts'

/** Why the workflows are as they are. */
export function choicesOf({ dependencies, tags }: Survey, { playbook, ref }: Terms): Choice[] {
  const { dataLoss } = playbook.guarantees['database-restore']
  const interval = exportInterval(dataLoss)
  const { python } = dependencies
  return [
    {
      what: interval === 24 ? 'An export runs every day.' : `An export runs every ${interval} h.`,
      because:
        'schedules of GitHub run late: with twice as many as the promised data loss needs, one that is late does not break it',
    },
    { what: 'A drill runs every week.', because: 'the merge guard believes a proof for 8 days' },
    {
      what: `The actions are those of ${ref}.`,
      because: ref === usualRef ? 'releases move that tag' : 'that is the version that was named',
    },
    ...(python === undefined
      ? []
      : [
          {
            what: `A drill gets Python ${python.version}.`,
            because: `${python.file} asks for it`,
          },
        ]),
    ...(tags.ours.length === 0
      ? []
      : [
          {
            what: 'Backup tags go on under the names that they have.',
            because: `there are ${tags.ours.length}, the latest of them ${tags.ours.at(-1) ?? ''}`,
          },
        ]),
  ]
}

/** What a person has to know of the workflows. */
export function notesOn(survey: Survey, { playbook }: Terms, facts: GithubFacts): string[] {
  const { others } = survey.tags
  const { dataLoss } = playbook.guarantees['database-restore']
  return [
    ...(!isBranch(facts.defaultBranch)
      ? [
          'The default branch is not known, and main was taken: gh repo view --json defaultBranchRef says it.',
        ]
      : []),
    ...(others.length === 0
      ? []
      : [
          `These tags are not named backup-YYYY-MM-DD-description, and no action looks at them: ${others.slice(0, 5).map(oneLine).join(', ')}${others.length > 5 ? ', …' : ''}.`,
        ]),
    ...(dataLoss > 0 && dataLoss < 7_200_000
      ? [
          'The promised data loss is shorter than two hours: exports every hour that run late break it. Only replication or point-in-time recovery keeps it.',
        ]
      : []),
    ...(facts.isPublic === true
      ? [
          'Pull requests from forks get no secrets, so Merge guard cannot read the private repository in them and stays red: a maintainer pushes such a branch here.',
        ]
      : []),
    ...(survey.dumpingWorkflows.length === 0
      ? []
      : [
          `${survey.dumpingWorkflows.map(oneLine).join(', ')} makes dumps already. Keep it until the first drill is PROVED; what it made can be drilled with the input archive.`,
        ]),
  ]
}
