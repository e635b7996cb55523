import { drillableScenarios } from '@recovery-playbook/drill'
import {
  type Held,
  type Signer,
  signerFor,
  unlockKeys,
  type Verifier,
  verifierFor,
} from '@recovery-playbook/encryption'
import { parseRepository, type Repository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  type Application,
  databaseOf,
  type Guarantee,
  parseApplication,
  parseDuration,
  playbookInWords,
  type Scenario,
  scenarios,
} from '@recovery-playbook/playbook'
import type { Connection } from '@recovery-playbook/postgres'
import {
  guaranteeIn,
  isLoosened,
  keeperIn,
  peopleIn,
  playbookOf,
  signersIn,
} from './inputs/from-playbook.ts'
import { linesOf, oneOf, percent, wordsOf } from './inputs/given.ts'
import { archiveIn, targetIn } from './inputs/restores.ts'

export interface Inputs {
  /**
   * `restore`: drill. `proof`: look at what earlier drills have proved. `watch`: look whether backups still
   * come. These two need no passphrase.
   */
  readonly mode: 'restore' | 'proof' | 'watch'
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
  /** For that repository alone; empty where `token` reads it. */
  readonly storeToken: string
  readonly guarantee: Guarantee
  /** Whether that promises less than what stands in the playbook. */
  readonly isLoosened: boolean
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
  /** Whether `watch` asks, once a quarter, for a person's own copy of the key. */
  readonly keyCheck: boolean
  /** Lines about whom to call. */
  readonly contacts: readonly string[]
  /** Addresses that say how providers are. */
  readonly statusPages: readonly string[]
  /** Of `watch`: which drills its output calls for, `now` a database restore in any case. */
  readonly drills: 'due' | 'now' | 'none'
  /** Scenarios that the playbook has the means for. */
  readonly drillable: readonly Scenario[]
  /** Of `watch`: the address of a dead-man's switch; empty for none. A secret. */
  readonly pingUrl: string
  /** Workflow files whose runs may prove something. */
  readonly provingWorkflows: readonly string[]
}

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
  const pingUrl = runner.input('ping-url')
  const storeToken = runner.input('store-token')
  const secrets = [token, storeToken, pingUrl, ...passphrases, ...keys]
  for (const secret of secrets) runner.mask(secret)
  const mode = oneOf(runner, 'mode', ['restore', 'proof', 'watch'])
  const archive = archiveIn(runner)
  const found = await playbookOf(runner, token, mode)
  runner.info(playbookInWords(found))
  const { playbook } = found
  if (mode === 'restore' && privateKey === '' && archive === undefined)
    runner.requiredInput('passphrase', nothingHeld)
  const signers = await signersIn(runner, token, mode, playbook)

  const duration = (name: string, otherwise: string) =>
    parseDuration(runner.input(name) || otherwise, name)
  const scenario = oneOf(runner, 'scenario', ['database-restore', ...scenarios])
  const application = runner.input('application')
  const guarantee = guaranteeIn(runner, playbook.guarantees[scenario])
  return {
    mode,
    held: {
      passphrases,
      keys:
        privateKey === ''
          ? []
          : await unlockKeys({ armored: privateKey, passphrase: keyPassphrase }),
    },
    verifier: signers === undefined ? undefined : await verifierFor(signers),
    recoveryPoint: runner.input('recovery-point'),
    name: databaseOf(playbook, runner.input('name')).name,
    keeper: keeperIn(runner, playbook, scenario),
    token,
    storeToken,
    scenario,
    backupTag: runner.input('backup-tag'),
    application: application === '' ? playbook.drill : parseApplication(application),
    directory: runner.input('directory'),
    guarantee,
    isLoosened: isLoosened(guarantee, found, scenario),
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
    keyCheck: oneOf(runner, 'key-check', ['true', 'false']) === 'true',
    ...peopleIn(runner, playbook),
    drills: oneOf(runner, 'drills', ['due', 'now', 'none']),
    drillable: drillableScenarios(playbook, parseRepository(runner.context.repository).owner),
    pingUrl,
    provingWorkflows: wordsOf(runner.input('proving-workflows')),
  }
}
