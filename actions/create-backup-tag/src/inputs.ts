import { fileOnDefaultBranch, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  findPlaybook,
  parsePlaybook,
  type Playbook,
  playbookInWords,
} from '@recovery-playbook/playbook'

export interface Inputs {
  /** What the backup comes before; empty for what a push brings. */
  readonly description: string
  /** Branch, tag or commit to tag by hand. */
  readonly ref: string
  readonly token: string
  /** Globs of the paths that make a push a major change. */
  readonly majorChanges: readonly string[]
  /** Where somebody wrote down the tag history, and the token that proposes rows for it. */
  readonly history: History | undefined
}

export interface History {
  readonly document: string
  readonly token: string
}

export async function readInputs(runner: Runner): Promise<Inputs> {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  runner.mask(token)
  const { event } = runner.context
  const description =
    event === 'push'
      ? runner.input('description')
      : runner.requiredInput('description', 'Say what the backup comes before.')
  const historyToken = runner.input('history-token')
  runner.mask(historyToken)
  // A tag by hand needs no playbook: it is made also where that cannot be read.
  const { tags } =
    description === '' || historyToken !== '' ? await playbookOf(runner, token) : parsePlaybook('')
  return {
    token,
    description,
    ref: runner.input('ref') || runner.context.commit,
    majorChanges: majorChangesIn(runner, tags),
    history: historyIn(runner, tags, historyToken),
  }
}

async function playbookOf(runner: Runner, token: string): Promise<Playbook> {
  const { workspace, repository } = runner.context
  const found = await findPlaybook({
    given: runner.input('playbook'),
    workspace,
    onDefaultBranch: (path) =>
      fileOnDefaultBranch(runner.github(token), parseRepository(repository), path),
  })
  runner.info(playbookInWords(found))
  return found.playbook
}

function majorChangesIn(runner: Runner, tags: Playbook['tags']): readonly string[] {
  const lines = runner.input('major-changes').split('\n')
  const given = lines.map((line) => line.trim()).filter(Boolean)
  return given.length > 0 ? given : tags['major-changes']
}

function historyIn(runner: Runner, tags: Playbook['tags'], token: string): History | undefined {
  const document = runner.input('history-document') || (tags['history-document'] ?? '')
  if (document === '') return undefined
  if (token !== '') return { document, token }
  runner.info(
    `${document} is not kept in step: that takes a \`history-token\`, whose pull requests start checks.`,
  )
  return undefined
}
