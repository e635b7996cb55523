import { Failure } from '@recovery-playbook/failure'
import { parsePlaybook, type Playbook, usualPlaybookPath } from '@recovery-playbook/playbook'
import { type Answers, type GithubFacts, limits, withWhatFollows } from './github-facts.ts'
import { lookAt, type Survey } from './look/survey.ts'
import type { Markdown } from './markdown.ts'
import { oneLine } from './one-line.ts'
import { captured } from './playbook/captured.ts'
import { draftPlaybook } from './playbook/draft.ts'
import type { Choice, Proposal, ProposedFile } from './proposal.ts'
import { secretsFor } from './secrets.ts'
import type { Tree } from './tree.ts'
import { backupWorkflow } from './workflows/backup.ts'
import { exportInterval } from './workflows/export-schedule.ts'
import { mergeGuardWorkflow } from './workflows/merge-guard.ts'
import { restoreDrillWorkflow } from './workflows/restore-drill.ts'
import type { Terms } from './workflows/terms.ts'

/** The major tag that our releases move. */
const usualRef = 'v0'

/**
 * What a repository lacks for its recovery to be proved. Nothing is written, and what stands there already
 * is left as it is: the workflows then follow the playbook that stands there.
 */
export async function propose(
  tree: Tree,
  github: GithubFacts,
  markdown: Markdown,
  answers: Answers = {},
): Promise<Proposal> {
  const facts = withWhatFollows(github)
  const survey = await lookAt(tree, markdown)
  const draft = draftPlaybook(survey, facts, answers)
  const standing = standingPlaybook(await tree.read(usualPlaybookPath))
  const playbook = standing.playbook ?? parsePlaybook(draft.text)
  const terms = termsOf(survey, playbook, facts, answers)
  const files = await Promise.all(
    [playbookFile(draft.text), ...workflowFiles(terms)].map(async (file) => ({
      ...file,
      exists: (await tree.read(file.path)) !== undefined,
    })),
  )
  return {
    files,
    choices: [...draft.choices, ...choicesOf(survey, terms)],
    secrets: secretsFor(terms),
    notes: [
      ...files.filter(({ exists }) => exists).map(leftAlone),
      ...standing.notes,
      ...draft.notes,
      ...notesOn(survey, terms, facts),
      ...limits(facts),
    ],
  }
}

function standingPlaybook(text: string | undefined): {
  readonly playbook?: Playbook
  readonly notes: readonly string[]
} {
  if (text === undefined) return { notes: [] }
  try {
    const playbook = parsePlaybook(text)
    const names = Object.keys(playbook.databases)
    return {
      playbook,
      notes:
        names.length > 1
          ? [
              `The playbook lists several databases (${names.map(oneLine).join(', ')}): give each a job with the input name. The proposed workflow has one for the first.`,
            ]
          : [],
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { notes: [`${error.message}\nThe workflows are proposed for the proposed one.`] }
  }
}

function termsOf(
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
const isBranch = (name: string | undefined): name is string =>
  name !== undefined && /^[^\s\p{C}~^:?*[\\]+$/u.test(name)

const playbookFile = (text: string) => ({
  path: usualPlaybookPath,
  text,
  reason: 'It says once what is protected and what is promised; every action reads it.',
})

const workflowFiles = (terms: Terms) => [
  {
    path: '.github/workflows/backup.yml',
    text: backupWorkflow(terms),
    reason: 'It tags the state before a major push, exports every day, and drills every week.',
  },
  {
    path: '.github/workflows/restore-drill.yml',
    text: restoreDrillWorkflow(terms),
    reason: 'Anybody can drill at any time, also an older recovery point.',
  },
  {
    path: '.github/workflows/merge-guard.yml',
    text: mergeGuardWorkflow(terms),
    reason:
      'No merge without a fresh recovery point and a drill that has proved one. Merge it with the others, run Backup once, and only then make it a required check.',
  },
]

const leftAlone = ({ path, reason }: ProposedFile) =>
  `${path} is there already, and is left as it is. Compare it with what would have stood there: ${reason}`

function choicesOf({ dependencies, tags }: Survey, { playbook, ref }: Terms): Choice[] {
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

function notesOn(survey: Survey, { playbook }: Terms, facts: GithubFacts): string[] {
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
