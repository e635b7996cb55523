import { type Answers, isRepository } from '../answers.ts'
import type { GithubFacts } from '../github-facts.ts'
import { inline } from '../yaml-text.ts'
import type { Section } from './section.ts'

/** Where recovery points are kept, sealed how, and for how long. */
export const whereItIsKept = (facts: GithubFacts, answers: Answers): Section[] => [
  encryption,
  store(facts, answers),
  mirrors(answers),
  retention,
]

const encryption: Section = {
  key: 'encryption',
  value: { passphrase: 'BACKUP_PASSPHRASE' },
  comment:
    'The secret that seals recovery points. GitHub never shows it again: keep a copy elsewhere, and try it once a quarter.',
}

function store(facts: GithubFacts, answers: Answers): Section {
  const repository = proposedStore(facts, answers)
  const shown = 'store: { repository: OWNER/NAME, token: BACKUP_TOKEN } # a private repository'
  if (repository === undefined && facts.isPublic === false) {
    return {
      key: 'store',
      value: undefined,
      choices: [{ what: 'Recovery points are kept in this repository.', because: 'it is private' }],
    }
  }
  if (repository === undefined) {
    const show = `gh repo view${facts.repository === undefined ? '' : ` ${facts.repository}`} --json visibility`
    return {
      key: 'store',
      value: undefined,
      comment: `Recovery points are kept in this repository. A public one is refused, and needs another beside it:\n${shown}`,
      notes: [
        facts.isPublic === true
          ? 'This repository is public, and its name is not known: make a private one for backups (gh repo create OWNER/NAME --private), and name it in store.'
          : `Whether this repository is public is not known: ${show} says it. In a public one everybody could download recovery points, so the export refuses it: make a private one for backups then (gh repo create OWNER/NAME --private), and name it in store.`,
      ],
    }
  }
  const isPublic = facts.isPublic === true
  return {
    key: 'store',
    value: { repository, token: 'BACKUP_TOKEN' },
    comment: isPublic
      ? 'Another repository, a private one: from a public one everybody could download recovery points and guess the passphrase for ever.'
      : 'Another repository, a private one.',
    choices: [
      {
        what: `Recovery points are kept in the private repository ${repository}.`,
        because: isPublic
          ? 'this repository is public, where everybody could download them'
          : 'that is the one that was named',
      },
    ],
    notes: [
      `Make the private repository before the first run, if it is not there: gh repo create ${repository} --private`,
    ],
  }
}

/** The repository for backups, where one is proposed: beside a public one it has to be private. */
function proposedStore(facts: GithubFacts, { backupRepository }: Answers) {
  if (backupRepository !== undefined) return backupRepository
  const { isPublic, repository } = facts
  if (isPublic !== true || repository === undefined || !isRepository(repository)) return undefined
  return `${repository}-backups`
}

function mirrors({ mirror }: Answers): Section {
  const because = 'Whoever loses the account loses every copy in it.'
  if (mirror !== undefined && mirror !== '') {
    const entry = { to: mirror, ...(isRepository(mirror) ? { token: 'MIRROR_TOKEN' } : {}) }
    return {
      key: 'mirrors',
      value: [entry],
      comment: `${because} This copy is outside of it.`,
      choices: [
        {
          what: `A copy goes to ${mirror}.`,
          because: 'the scenario catastrophe can be recovered from nothing else',
        },
      ],
    }
  }
  return {
    key: 'mirrors',
    value: undefined,
    comment: `${because} Without a copy outside of it the promise below for a catastrophe is empty.\nMake an account of another person or organization, a private repository in it, and a token for that:\nmirrors:\n  - to: ANOTHER-ACCOUNT/NAME\n    token: MIRROR_TOKEN`,
    notes: [
      'A catastrophe, the loss of the account, is survived by a copy outside of it alone, and none is named. Make a private repository in another account, set MIRROR_TOKEN, and take the # from mirrors in the playbook.',
    ],
  }
}

const retention: Section = {
  key: 'retention',
  value: inline({ 'keep-within': '14d', 'keep-daily': 7, 'keep-weekly': 8, 'keep-monthly': 12 }),
  comment:
    'As restic means it. The newest, and the newest that a drill has proved, stay whatever stands here.',
  choices: [
    {
      what: 'Recovery points stay for two weeks, then one a week for 8 weeks and one a month for a year.',
      because: 'what nobody noticed for months can then still be undone',
    },
  ],
}
