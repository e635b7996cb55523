import { Failure } from '@recovery-playbook/failure'
import { parsePlaybook, type Playbook, usualPlaybookPath } from '@recovery-playbook/playbook'
import { type Answers, assertUsable } from './answers.ts'
import { type GithubFacts, limits, withWhatFollows } from './github-facts.ts'
import { lookAt } from './look/survey.ts'
import { oneLine } from './one-line.ts'
import { draftPlaybook } from './playbook/draft.ts'
import type { Proposal, ProposedFile } from './proposal.ts'
import { secretsFor } from './secrets.ts'
import type { Tree } from './tree.ts'
import { backupWorkflow } from './workflows/backup.ts'
import { mergeGuardWorkflow } from './workflows/merge-guard.ts'
import { choicesOf, notesOn } from './workflows/remarks.ts'
import { restoreDrillWorkflow } from './workflows/restore-drill.ts'
import type { Terms } from './workflows/terms.ts'
import { watchWorkflow } from './workflows/watch.ts'
import { termsOf } from './workflows/terms-of.ts'

/**
 * What a repository lacks for its recovery to be proved. Nothing is written, and what stands there already
 * is left as it is: the workflows then follow the playbook that stands there.
 *
 * @throws Failure INPUT_INVALID for an answer that cannot be used
 */
export async function propose(
  tree: Tree,
  github: GithubFacts,
  answers: Answers = {},
): Promise<Proposal> {
  assertUsable(answers)
  const facts = withWhatFollows(github)
  const survey = await lookAt(tree)
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
    // Of a playbook that is not to be written nobody asks why it says what it says.
    choices: [
      ...(standing.playbook === undefined ? draft.choices : []),
      ...choicesOf(survey, terms),
    ],
    secrets: secretsFor(terms),
    notes: [
      ...files.filter(({ exists }) => exists).map(leftAlone),
      ...standing.notes,
      ...(standing.playbook === undefined ? draft.notes : []),
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
              `The playbook lists several databases (${names.map(oneLine).join(', ')}): each has jobs of its own in the proposed workflows.`,
            ]
          : [],
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { notes: [`${error.message}\nThe workflows are proposed for the proposed one.`] }
  }
}

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
    path: '.github/workflows/watch.yml',
    text: watchWorkflow(terms),
    reason: 'An issue says that backups stopped coming, before the promise is broken.',
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
