import { assertUsablePassphrase } from '@recovery-playbook/encryption'
import { Failure } from '@recovery-playbook/failure'
import { parseRepository, type Repository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { type Connection, parseConnection, secretsOf } from '@recovery-playbook/postgres'

export interface Inputs {
  readonly connection: Connection
  readonly passphrase: string
  readonly database: string
  readonly description: string
  /** The repository that keeps the recovery points. */
  readonly keeper: Repository
  /** Whether that is the repository of the application itself. */
  readonly keptAtHome: boolean
  readonly token: string
  readonly allowPublic: boolean
}

/** Masks every secret before anything else can fail and print it. */
export function readInputs(runner: Runner): Inputs {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  const url = runner.requiredInput(
    'database-url',
    'Store the database’s address as a secret, on Railway DATABASE_PUBLIC_URL, and give it here.',
  )
  const passphrase = runner.input('passphrase')
  for (const secret of [token, passphrase, ...secretsOf(url)]) runner.mask(secret)
  assertUsablePassphrase(passphrase)

  const keeper = runner.input('repository') || runner.context.repository
  return {
    connection: parseConnection(url),
    passphrase,
    database: runner.input('database') || 'default',
    description: runner.input('description') || 'database',
    keeper: parseRepository(keeper),
    keptAtHome: keeper === runner.context.repository,
    token,
    allowPublic: flag(runner, 'allow-public-repository'),
  }
}

function flag(runner: Runner, name: string): boolean {
  const text = runner.input(name)
  if (text === 'true' || text === 'false' || text === '') return text === 'true'
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is neither true nor false.`, {
    hint: 'Write true or false.',
  })
}
