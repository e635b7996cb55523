import { assertUsablePassphrase } from '@recovery-playbook/encryption'
import { parseRepository, type Repository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { type Guarantee, parseDuration } from '@recovery-playbook/playbook'

export interface Inputs {
  readonly passphrase: string
  /** A recovery point's tag; empty for the newest. */
  readonly recoveryPoint: string
  readonly database: string
  /** The repository that keeps the recovery points. */
  readonly keeper: Repository
  readonly token: string
  readonly guarantee: Guarantee
}

/** Masks every secret before anything else can fail and print it. */
export function readInputs(runner: Runner): Inputs {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  const passphrase = runner.input('passphrase')
  for (const secret of [token, passphrase]) runner.mask(secret)
  assertUsablePassphrase(passphrase)

  const duration = (name: string, otherwise: string) =>
    parseDuration(runner.input(name) || otherwise, name)
  return {
    passphrase,
    recoveryPoint: runner.input('recovery-point'),
    database: runner.input('database') || 'default',
    keeper: parseRepository(runner.input('repository') || runner.context.repository),
    token,
    guarantee: {
      recoveryTime: duration('max-recovery-time', '30m'),
      dataLoss: duration('max-data-loss', '24h'),
    },
  }
}
