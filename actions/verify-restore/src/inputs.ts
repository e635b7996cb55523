import { Failure } from '@recovery-playbook/failure'
import { parseRepository, type Repository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { type Guarantee, parseDuration } from '@recovery-playbook/playbook'

export interface Inputs {
  /** `restore`: drill. `proof`: look at what earlier drills have proved, and need no passphrase. */
  readonly mode: 'restore' | 'proof'
  readonly passphrase: string
  /** A recovery point's tag; empty for the newest. */
  readonly recoveryPoint: string
  readonly database: string
  /** The repository that keeps the recovery points. */
  readonly keeper: Repository
  readonly token: string
  readonly guarantee: Guarantee
  /** Whether the drill leaves a record on the log branch. */
  readonly record: boolean
  /** Workflow files whose runs may prove something. */
  readonly provingWorkflows: readonly string[]
}

const lostPassphrase =
  'Give the passphrase that sealed the recovery point. Is the secret set, and may this job read it?'

/** Masks every secret before anything else can fail and print it. */
export function readInputs(runner: Runner): Inputs {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  const passphrase = runner.input('passphrase')
  for (const secret of [token, passphrase]) runner.mask(secret)
  const mode = oneOf(runner, 'mode', ['restore', 'proof'])
  if (mode === 'restore') runner.requiredInput('passphrase', lostPassphrase)

  const duration = (name: string, otherwise: string) =>
    parseDuration(runner.input(name) || otherwise, name)
  return {
    mode,
    passphrase,
    recoveryPoint: runner.input('recovery-point'),
    database: runner.input('database') || 'default',
    keeper: parseRepository(runner.input('repository') || runner.context.repository),
    token,
    guarantee: {
      recoveryTime: duration('max-recovery-time', '30m'),
      dataLoss: duration('max-data-loss', '24h'),
    },
    record: oneOf(runner, 'record', ['true', 'false']) === 'true',
    provingWorkflows: runner.input('proving-workflows').split(/\s+/).filter(Boolean),
  }
}

/** The first of the values is the default. */
function oneOf<Value extends string>(
  runner: Runner,
  name: string,
  values: readonly [Value, ...Value[]],
): Value {
  const text = runner.input(name) || values[0]
  const value = values.find((one) => one === text)
  if (value !== undefined) return value
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is not one of its values.`, {
    hint: `Write ${values.join(' or ')}.`,
  })
}
