import { resolve } from 'node:path'
import {
  type Held,
  type Signer,
  signerFor,
  unlockKeys,
  type Verifier,
  verifierFor,
} from '@recovery-playbook/encryption'
import { Failure } from '@recovery-playbook/failure'
import { parseRepository, type Repository } from '@recovery-playbook/github'
import { armored, type Runner } from '@recovery-playbook/host'
import {
  type Application,
  type Guarantee,
  parseApplication,
  parseDuration,
  type Scenario,
  scenarios,
  usualGuarantees,
} from '@recovery-playbook/playbook'
import { type Connection, parseConnection, secretsOf } from '@recovery-playbook/postgres'

export interface Inputs {
  /** `restore`: drill. `proof`: look at what earlier drills have proved, and need no passphrase. */
  readonly mode: 'restore' | 'proof'
  readonly scenario: Scenario
  /** The tag that `code-rollback` goes back to; empty for the newest backup tag. */
  readonly backupTag: string
  /** How the application is set up and looked at, where anything says so. */
  readonly application: Application | undefined
  /** A folder with recovery points, instead of a repository. */
  readonly directory: string
  /** What may open it: during a change the old and the new. */
  readonly held: Held
  /** Whose signature is demanded, if anybody's. */
  readonly verifier: Verifier | undefined
  /** A recovery point's tag; empty for the newest. */
  readonly recoveryPoint: string
  readonly name: string
  /** The repository that keeps the recovery points. */
  readonly keeper: Repository
  readonly token: string
  readonly guarantee: Guarantee
  /** Of `proof`: milliseconds that the latest drilled snapshot may be old. */
  readonly maxProofAge: number
  /** Percent. */
  readonly maxShrink: number
  /** Whether keys of rows that differ are named. */
  readonly showKeys: boolean
  /** A backup that was made by hand, instead of a recovery point; its path. */
  readonly archive: { readonly path: string; readonly name: string } | undefined
  /** A real database to restore into, instead of a throwaway one. */
  readonly target:
    | { readonly connection: Connection; readonly confirm: string; readonly dryRun: boolean }
    | undefined
  /** Whether it is restored with RESTORE.md alone. */
  readonly byHand: boolean
  /** Whether data is restored where nothing isolates it. */
  readonly allowNotIsolated: boolean
  /** Whether the prover is proved as well. */
  readonly selfTest: boolean
  /** Whether the drill leaves a record on the log branch. */
  readonly record: boolean
  /** Signs the record of the drill, where a key is given. */
  readonly signer: Signer | undefined
  /** Whether an issue is open while drills fail. */
  readonly alarm: boolean
  /** Lines about whom to call. */
  readonly contacts: readonly string[]
  /** Addresses that say how providers are. */
  readonly statusPages: readonly string[]
  /** Workflow files whose runs may prove something. */
  readonly provingWorkflows: readonly string[]
}

/** What telling people takes, also where nothing else could be read. */
export type Telling = Pick<
  Inputs,
  'name' | 'token' | 'scenario' | 'guarantee' | 'keeper' | 'record' | 'alarm' | 'showKeys'
> &
  Pick<Inputs, 'contacts' | 'statusPages'>

const nothingHeld =
  'Give the passphrase that sealed the recovery point, or a `private-key`. Is the secret set, and may this job read it?'

/** Masks every secret before anything else can fail and print it. */
export async function readInputs(runner: Runner): Promise<Inputs> {
  const token = runner.requiredInput('token', 'Give `${{ github.token }}`, or leave the input out.')
  // No passphrase has a line break in it, and the log is masked line by line.
  const passphrases = linesOf(runner.input('passphrase'))
  const privateKey = runner.input('private-key')
  const keyPassphrase = runner.input('private-key-passphrase')
  const signingKey = runner.input('signing-key')
  const signingPassphrase = runner.input('signing-key-passphrase')
  const keys = [privateKey, keyPassphrase, signingKey, signingPassphrase].flatMap(linesOf)
  const secrets = [token, ...passphrases, ...keys]
  for (const secret of secrets) runner.mask(secret)
  const mode = oneOf(runner, 'mode', ['restore', 'proof'])
  const archive = archiveIn(runner)
  if (mode === 'restore' && privateKey === '' && archive === undefined)
    runner.requiredInput('passphrase', nothingHeld)
  const signers = runner.input('signers')

  const duration = (name: string, otherwise: string) =>
    parseDuration(runner.input(name) || otherwise, name)
  const scenario = oneOf(runner, 'scenario', ['database-restore', ...scenarios])
  const application = runner.input('application')
  return {
    mode,
    held: {
      passphrases,
      keys:
        privateKey === ''
          ? []
          : await unlockKeys({ armored: privateKey, passphrase: keyPassphrase }),
    },
    verifier: signers === '' ? undefined : await verifierFor(await armored(signers, 'signers')),
    recoveryPoint: runner.input('recovery-point'),
    name: runner.input('name') || 'default',
    keeper: parseRepository(runner.input('repository') || runner.context.repository),
    token,
    scenario,
    backupTag: runner.input('backup-tag'),
    application: application === '' ? undefined : parseApplication(application),
    directory: runner.input('directory'),
    guarantee: guaranteeIn(runner, scenario),
    maxProofAge: duration('max-proof-age', '8d'),
    maxShrink: percent(runner, 'max-shrink', '50'),
    showKeys: oneOf(runner, 'show-keys', ['false', 'true']) === 'true',
    archive,
    target: targetIn(runner),
    byHand: oneOf(runner, 'by-hand', ['false', 'true']) === 'true',
    allowNotIsolated: oneOf(runner, 'allow-not-isolated', ['false', 'true']) === 'true',
    selfTest: oneOf(runner, 'self-test', ['false', 'true']) === 'true',
    record: oneOf(runner, 'record', ['true', 'false']) === 'true',
    signer:
      signingKey === ''
        ? undefined
        : await signerFor(
            { armored: signingKey, passphrase: signingPassphrase },
            runner.clock.now(),
          ),
    alarm: oneOf(runner, 'alarm', ['true', 'false']) === 'true',
    contacts: linesOf(runner.input('contacts')),
    statusPages: wordsOf(runner.input('status-pages')),
    provingWorkflows: wordsOf(runner.input('proving-workflows')),
  }
}

/** Of inputs that were refused, what telling people takes; undefined where nobody is to be told. */
export function readTelling(runner: Runner): Telling | undefined {
  const token = runner.input('token')
  const asked = ['', 'restore'].includes(runner.input('mode')) && runner.input('alarm') !== 'false'
  const proves = ['target-url', 'archive'].every((name) => runner.input(name) === '')
  if (token === '' || !asked || !proves || runner.input('by-hand') === 'true') return undefined
  const [owner = '', repo = ''] = (runner.input('repository') || runner.context.repository).split(
    '/',
  )
  const scenario = scenarios.find((one) => one === runner.input('scenario')) ?? 'database-restore'
  return {
    token,
    scenario,
    name: runner.input('name') || 'default',
    guarantee: usualGuarantees[scenario],
    keeper: { owner, repo },
    record: false,
    alarm: true,
    showKeys: false,
    contacts: linesOf(runner.input('contacts')),
    statusPages: wordsOf(runner.input('status-pages')),
  }
}

function guaranteeIn(runner: Runner, scenario: Scenario): Guarantee {
  const usual = usualGuarantees[scenario]
  const duration = (name: string, otherwise: number) => {
    const text = runner.input(name)
    return text === '' ? otherwise : parseDuration(text, name)
  }
  return {
    recoveryTime: duration('max-recovery-time', usual.recoveryTime),
    dataLoss: duration('max-data-loss', usual.dataLoss),
  }
}

/** What is about recovery points says nothing about an archive. */
const notWithArchive = [
  ['mode', 'restore'],
  ['recovery-point', ''],
  ['target-url', ''],
  ['by-hand', 'false'],
  ['self-test', 'false'],
] as const

function archiveIn(runner: Runner): Inputs['archive'] {
  const name = runner.input('archive')
  if (name === '') return undefined
  const other = notWithArchive.find(([input, otherwise]) =>
    ['', otherwise].every((value) => runner.input(input) !== value),
  )
  if (other === undefined) return { name, path: resolve(runner.context.workspace, name) }
  throw new Failure('INPUT_INVALID', `'archive' and '${other[0]}' cannot be given together.`, {
    hint: `An archive is drilled by itself: leave '${other[0]}' out, or drill a recovery point without 'archive'.`,
  })
}

function targetIn(runner: Runner): Inputs['target'] {
  const url = runner.input('target-url')
  for (const secret of [url, ...secretsOf(url)]) runner.mask(secret)
  const confirm = runner.input('confirm')
  const dryRun = oneOf(runner, 'dry-run', ['false', 'true']) === 'true'
  return url === '' ? undefined : { connection: parseConnection(url), confirm, dryRun }
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean)

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

function percent(runner: Runner, name: string, otherwise: string): number {
  const text = runner.input(name) || otherwise
  const number = /^\d{1,3}%?$/.test(text) ? Number.parseInt(text, 10) : Number.NaN
  if (number <= 100) return number
  throw new Failure('INPUT_INVALID', `'${text}' in '${name}' is no percentage from 0 to 100.`, {
    hint: 'Write a whole number, such as 50; 100 accepts whatever is gone.',
  })
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
