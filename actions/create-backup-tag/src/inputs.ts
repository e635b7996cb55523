import { fileAt, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { findPlaybook, playbookInWords } from '@recovery-playbook/playbook'

export interface Inputs {
  /** What the backup comes before; empty for what a push brings. */
  readonly description: string
  /** Branch, tag or commit to tag by hand. */
  readonly ref: string
  readonly token: string
  /** Globs of the paths that make a push a major change. */
  readonly majorChanges: readonly string[]
}

export async function readInputs(runner: Runner): Promise<Inputs> {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  runner.mask(token)
  const { event } = runner.context
  const description =
    event === 'push'
      ? runner.input('description')
      : runner.requiredInput('description', 'Say what the backup comes before.')
  return {
    token,
    description,
    ref: runner.input('ref') || runner.context.commit,
    majorChanges: description === '' ? await majorChangesIn(runner, token) : [],
  }
}

async function majorChangesIn(runner: Runner, token: string): Promise<readonly string[]> {
  const { workspace, repository } = runner.context
  const found = await findPlaybook({
    given: runner.input('playbook'),
    workspace,
    onDefaultBranch: (path) => fileAt(runner.github(token), parseRepository(repository), path),
  })
  runner.info(playbookInWords(found))
  const lines = runner.input('major-changes').split('\n')
  const given = lines.map((line) => line.trim()).filter(Boolean)
  return given.length > 0 ? given : found.playbook.tags['major-changes']
}
