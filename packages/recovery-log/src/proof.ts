import { Failure } from '@recovery-playbook/failure'
import type { GithubRequest, Repository } from '@recovery-playbook/github'
import type { Scenario } from '@recovery-playbook/playbook'
import { parseJson } from './json.ts'
import { type LogChange, readLog } from './log-branch.ts'
import { formatted, type Proof, readEither } from './proof-format.ts'

/** Makes a detached OpenPGP signature, armored. */
export type SignProof = (bytes: Uint8Array) => Promise<string>

/** @throws Failure SIGNATURE_REFUSED unless a named signer signed just these bytes */
export type VerifyProof = (bytes: Uint8Array, signature: Uint8Array) => Promise<unknown>

/**
 * The record of the latest drill, which takes the place of the one before it; the branch's history keeps
 * both. One for each recovery point and scenario.
 */
export async function proved(record: Proof, sign?: SignProof): Promise<LogChange> {
  const path = pathOf(record.recoveryPoint, record.scenario)
  const text = formatted(record)
  const signature = await sign?.(Buffer.from(text))
  const texts = {
    [path]: text,
    ...(signature !== undefined && { [signatureOf(path)]: signature }),
  }
  return () => Promise.resolve(texts)
}

/**
 * @param verify where signers are named: a record that none of them signed is not believed
 * @throws Failure NOT_PROVED when no drill has left a record that can be read; SIGNATURE_REFUSED
 */
export async function readProof(
  request: GithubRequest,
  repository: Repository,
  recoveryPoint: string,
  verify?: VerifyProof,
  scenario: Scenario = 'database-restore',
): Promise<Proof> {
  const path = pathOf(recoveryPoint, scenario)
  const text = await readLog(request, repository, path)
  const proof = readEither(parseJson(text ?? ''))
  if (proof === undefined || text === undefined) throw unreadable(recoveryPoint, text)
  if (verify !== undefined) {
    const signature = await readLog(request, repository, signatureOf(path))
    if (signature === undefined) throw unsigned(recoveryPoint)
    await verify(Buffer.from(text), Buffer.from(signature))
  }
  return proof
}

const pathOf = (recoveryPoint: string, scenario: Scenario) =>
  scenario === 'database-restore'
    ? `proofs/${recoveryPoint}.json`
    : `proofs/${recoveryPoint}.${scenario}.json`

const signatureOf = (path: string) => `${path}.sig`

const unreadable = (recoveryPoint: string, text: string | undefined) =>
  new Failure(
    'NOT_PROVED',
    text === undefined
      ? `No drill has left a record of ${recoveryPoint}.`
      : `The record of ${recoveryPoint} cannot be read.`,
    { hint: 'Run the drill: it restores the recovery point and leaves a record.' },
  )

const unsigned = (recoveryPoint: string) =>
  new Failure('SIGNATURE_REFUSED', `The record of the drill of ${recoveryPoint} is not signed.`, {
    hint: 'Signers are named, so that only what they signed is believed. Give the drill a `signing-key`, and run it again.',
  })
