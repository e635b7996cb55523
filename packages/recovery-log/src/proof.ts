import { Failure } from '@recovery-playbook/failure'
import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { z } from 'zod'
import { readLog, writeLog } from './log-branch.ts'

const proof = z.strictObject({
  format: z.literal(1),
  /** The recovery point's tag. */
  recoveryPoint: z.string(),
  database: z.string(),
  /** SHA-256 of the manifest that was drilled: another one under the same tag is not proved by this. */
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  snapshotAt: z.iso.datetime(),
  verdict: z.enum(['PROVED', 'FAILED', 'NOT PROVED', 'SKIPPED']),
  /** The workflow run that says so: the claim that GitHub can confirm. */
  run: z.strictObject({ id: z.int().positive(), attempt: z.int().positive() }),
  recordedAt: z.iso.datetime(),
  /** From the start of the drill to its end. */
  recoverySeconds: z.number(),
  /** No count of tables or rows: the log may be public. */
  sealedBytes: z.int().nullable(),
})

/** What the latest drill of a recovery point found. */
export type Proof = Omit<z.infer<typeof proof>, 'format'>

/** The latest drill's record takes the place of the one before it; the branch's history keeps both. */
export async function writeProof(
  request: GithubRequest,
  repository: Repository,
  record: Proof,
): Promise<void> {
  const text = `${JSON.stringify(proof.parse({ format: 1, ...record }), undefined, 2)}\n`
  const message = `${record.verdict}: ${record.recoveryPoint}`
  await writeLog(request, repository, pathOf(record.recoveryPoint), text, message)
}

/** @throws Failure NOT_PROVED when no drill has left a record that can be read */
export async function readProof(
  request: GithubRequest,
  repository: Repository,
  recoveryPoint: string,
): Promise<Proof> {
  const text = await readLog(request, repository, pathOf(recoveryPoint))
  const parsed = proof.safeParse(parseJson(text ?? ''))
  if (parsed.success) return parsed.data
  throw new Failure(
    'NOT_PROVED',
    text === undefined
      ? `No drill has left a record of ${recoveryPoint}.`
      : `The record of ${recoveryPoint} cannot be read.`,
    { hint: 'Run the drill: it restores the recovery point and leaves a record.' },
  )
}

const pathOf = (recoveryPoint: string) => `proofs/${recoveryPoint}.json`

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
