import type { DrillReport } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  drilled,
  happened,
  type HistoryRow,
  logBranch,
  logKeeper,
  noted,
  type Proof,
  proved,
  writeLog,
} from '@recovery-playbook/recovery-log'
import { inSeconds, logPages, notesWithProof } from '@recovery-playbook/report'
import { badgeOfDrill } from './badge.ts'
import { isTrial } from './default-branch.ts'
import type { Inputs } from './inputs.ts'
import type { History } from './look-back.ts'
import { noteOperation, operationOf } from './note-operation.ts'
import { runUrl } from './run-url.ts'

/** More would only make the record large. */
const mostPhases = 200

/**
 * Leaves on the log branch what this drill found: its record, an entry of the operation report, and the
 * badge. Of a drill that found no recovery point no record: there is nothing that a guard could look for.
 * Of a run of another branch only the entry: its record would take the place of one that the guard believes.
 */
export async function recordProof(
  report: DrillReport,
  inputs: Inputs,
  { isReadable }: History,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const { signer, name } = inputs
  const { point } = report
  const proof = proofOf(report, runner)
  const badge = badgeOfDrill(report, inputs, runner)
  const operation = operationOf('drill', report, name, runner)
  if (point === undefined || proof === undefined) {
    await noteOperation(operation, runner, request, [badge])
    return
  }
  if (await isTrial(runner, request)) {
    runner.info('The verdict is no record for the guard: this is not a run of the default branch.')
    await noteOperation(operation, runner, request)
    return
  }
  const keeper = logKeeper(runner, request, logPages)
  await runner.chapter(`Record the verdict on the branch ${logBranch}`, async () => {
    const { recoveryPoint, verdict, scenario, recordedAt, run } = proof
    const sign = signer && ((bytes: Uint8Array) => signer.signArmored(bytes, runner.clock.now()))
    const changes = [
      await proved(proof, sign),
      ...(isReadable ? [happened(proof.database, rowOf(proof))] : []),
      drilled(recoveryPoint, { verdict, scenario, recordedAt, run }),
      noted(operation),
      badge,
    ]
    await writeLog(keeper, changes, `${verdict}: ${recoveryPoint}`)
    const { release } = point
    const notes = notesWithProof(release.notes, proof, runUrl(runner))
    // For people, and for nobody else: whether the notes can be edited proves nothing.
    await release.annotate(notes).catch((error: unknown) => {
      runner.info(`The notes of ${release.tag} were not edited: ${messageOf(error)}`)
    })
  })
}

function proofOf(report: DrillReport, { context, clock }: Runner): Proof | undefined {
  const { point, verdict, scenario, elapsed, figures, guarantee, measured, phases } = report
  if (point === undefined || scenario === undefined) return undefined
  const { tag, database, snapshotAt } = point.manifest
  return {
    recoveryPoint: tag,
    database,
    manifest: point.manifestSha256,
    snapshotAt,
    verdict,
    scenario,
    run: { id: Number(context.runId), attempt: Number(context.runAttempt) },
    recordedAt: clock.now().toISOString(),
    seconds: inSeconds(elapsed),
    promised: {
      recoverySeconds: inSeconds(guarantee.recoveryTime),
      dataLossSeconds: inSeconds(guarantee.dataLoss),
    },
    recoverySeconds: inSeconds(measured.recoveryTime),
    dataLossSeconds: inSeconds(measured.dataLoss),
    ageSeconds: inSeconds(measured.age),
    phases: phases
      .slice(0, mostPhases)
      .map(({ title, milliseconds }) => ({ title, seconds: inSeconds(milliseconds) })),
    sealedBytes: figures?.sealedBytes ?? null,
  }
}

function rowOf(proof: Proof): HistoryRow {
  const { recoveryPoint, snapshotAt, recordedAt, run, scenario, verdict } = proof
  const { recoverySeconds, dataLossSeconds, ageSeconds } = proof
  return {
    kind: 'drill',
    ...{ recoveryPoint, snapshotAt, recordedAt, run, scenario, verdict },
    ...{ recoverySeconds, dataLossSeconds, ageSeconds },
  }
}
