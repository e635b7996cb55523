import { chosenVariables, type Variables, variablesIn } from '@recovery-playbook/configuration'
import {
  type Recipients,
  recipientsOf,
  type Signer,
  signerFor,
} from '@recovery-playbook/encryption'
import { Failure } from '@recovery-playbook/failure'
import { fileOnDefaultBranch, parseRepository, type Repository } from '@recovery-playbook/github'
import { armored, type Runner } from '@recovery-playbook/host'
import {
  databaseOf,
  findPlaybook,
  type Playbook,
  type PlaybookDatabase,
  playbookInWords,
} from '@recovery-playbook/playbook'
import {
  type Connection,
  connectionFromVariables,
  type Filters,
  parseConnection,
  parsePatterns,
  secretsOf,
} from '@recovery-playbook/postgres'
import { parsePolicy, type Policy } from '@recovery-playbook/retention'

export interface Inputs {
  readonly connection: Connection
  /** Whom everything is sealed for. */
  readonly recipients: Recipients
  /** Signs the manifest, where a key is given. */
  readonly signer: Signer | undefined
  /** Which of the repository's databases this is. */
  readonly name: string
  readonly description: string
  readonly filters: Filters
  readonly codeBundle: boolean
  /** Variables of the application's configuration, with their values. */
  readonly configuration: Variables
  /** The repository that keeps the recovery points. */
  readonly keeper: Repository
  /** Whether that is the repository of the application itself. */
  readonly keptAtHome: boolean
  readonly token: string
  readonly allowPublic: boolean
  /** Further stores: a directory's path, or `owner/name` of a repository. */
  readonly mirrors: readonly string[]
  readonly mirrorToken: string
  readonly pruning: Pruning
}

export interface Pruning {
  readonly policy: Policy
  /** Whether only to say what would be removed. */
  readonly dryRun: boolean
  /** Whether the tag of a removed recovery point goes with it. */
  readonly pruneTags: boolean
}

/** Masks every secret before anything else can fail and print it. */
export async function readInputs(runner: Runner): Promise<Inputs> {
  const secrets = {
    token: runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.'),
    url: runner.input('database-url'),
    passphrase: runner.input('passphrase'),
    signingKeyPassphrase: runner.input('signing-key-passphrase'),
    mirrorToken: runner.input('mirror-token'),
  }
  const { url, ...others } = secrets
  const variables = runner.postgresVariables()
  const passwords = [...secretsOf(url), variables.PGPASSWORD ?? '']
  for (const secret of [...Object.values(others), ...passwords]) runner.mask(secret)
  const signingKey = runner.input('signing-key')
  maskLines(runner, signingKey)
  maskLines(runner, runner.input('configuration-values'))
  const given = variablesIn(runner.input('configuration-values'))
  for (const value of Object.values(given).filter(isTelling)) maskLines(runner, value)

  const found = await findPlaybook({
    given: runner.input('playbook'),
    workspace: runner.context.workspace,
    onDefaultBranch: (path) =>
      fileOnDefaultBranch(
        runner.github(secrets.token),
        parseRepository(runner.context.repository),
        path,
      ),
  })
  runner.info(playbookInWords(found))
  const { playbook } = found
  const { members, store, retention } = playbook
  const { name, database } = databaseOf(playbook, runner.input('name'))
  const configuration = chosenVariables(
    runner.input('configuration') || members.configuration.join(' '),
    { ...runner.environment, ...given },
  )
  for (const value of Object.values(configuration).filter(isTelling)) maskLines(runner, value)

  const keeper = runner.input('repository') || (store.repository ?? runner.context.repository)
  return {
    connection: url === '' ? connectionFromVariables(variables) : parseConnection(url),
    recipients: await readRecipients(runner, secrets.passphrase, playbook),
    signer: await readSigner(runner, signingKey, secrets.signingKeyPassphrase),
    name,
    description: runner.input('description') || 'database',
    filters: filtersIn(runner, database),
    codeBundle: flag(runner, 'code-bundle', members['code-bundle']),
    configuration,
    keeper: parseRepository(keeper),
    keptAtHome: keeper === runner.context.repository,
    token: secrets.token,
    allowPublic: flag(runner, 'allow-public-repository', store['allow-public-repository']),
    mirrors: mirrorsIn(runner, playbook),
    mirrorToken: secrets.mirrorToken,
    pruning: {
      policy: policyIn(runner, retention),
      dryRun: flag(runner, 'dry-run', false),
      pruneTags: flag(runner, 'prune-tags', retention['prune-tags']),
    },
  }
}

/** Which export it is, also where nothing else could be read; undefined where nobody can be told. */
export function subjectOf(runner: Runner): Pick<Inputs, 'name' | 'token'> | undefined {
  const token = runner.input('token')
  return token === '' ? undefined : { token, name: runner.input('name') || 'default' }
}

/** `0` or `true` is no secret, and masked it would tear holes into the log. */
const isTelling = ({ length }: string) => length >= 6

/** The log is masked line by line. */
function maskLines(runner: Runner, secret: string): void {
  for (const line of secret.split('\n')) runner.mask(line.trim())
}

/** An empty passphrase beside public keys is none; without them it is a secret that is not set. */
async function readRecipients(
  runner: Runner,
  passphrase: string,
  { encryption }: Playbook,
): Promise<Recipients> {
  const given = runner.input('public-keys') || (encryption['public-keys'] ?? '')
  const publicKeys = given === '' ? undefined : await armored(given, 'public-keys')
  const asked = passphrase === '' && publicKeys !== undefined ? undefined : passphrase
  return recipientsOf({ passphrase: asked, publicKeys }, runner.clock.now())
}

async function readSigner(runner: Runner, key: string, passphrase: string) {
  if (key === '') return undefined
  return signerFor({ armored: key, passphrase }, runner.clock.now())
}

const filtersIn = (runner: Runner, database: PlaybookDatabase): Filters => ({
  schemas: patterns(runner, database, 'schemas'),
  excludeTables: patterns(runner, database, 'exclude-tables'),
  excludeTableData: patterns(runner, database, 'exclude-table-data'),
})

const patterns = (
  runner: Runner,
  database: PlaybookDatabase,
  name: 'schemas' | 'exclude-tables' | 'exclude-table-data',
) => parsePatterns(runner.input(name) || database[name].join('\n'), name)

function mirrorsIn(runner: Runner, playbook: Playbook): string[] {
  const lines = runner.input('mirrors').split('\n')
  const given = lines.map((line) => line.trim()).filter(Boolean)
  return given.length > 0 ? given : playbook.mirrors.map(({ to }) => to)
}

function policyIn(runner: Runner, retention: Playbook['retention']): Policy {
  const rule = (name: keyof Policy) => ({
    [name]: runner.input(name) || String(retention[name] ?? ''),
  })
  return parsePolicy({
    ...rule('keep-last'),
    ...rule('keep-within'),
    ...rule('keep-daily'),
    ...rule('keep-weekly'),
    ...rule('keep-monthly'),
    ...rule('keep-yearly'),
  })
}

function flag(runner: Runner, name: string, otherwise: boolean): boolean {
  const text = runner.input(name)
  if (text === '') return otherwise
  if (text === 'true' || text === 'false') return text === 'true'
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is neither true nor false.`, {
    hint: 'Write true or false.',
  })
}
