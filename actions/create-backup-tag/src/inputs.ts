import type { Runner } from '@recovery-playbook/host'

export interface Inputs {
  readonly description: string
  /** Branch, tag or commit to tag. */
  readonly ref: string
  readonly token: string
}

export function readInputs(runner: Runner): Inputs {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  runner.mask(token)
  return {
    token,
    description: runner.requiredInput('description', 'Say what the backup comes before.'),
    ref: runner.input('ref') || runner.context.commit,
  }
}
