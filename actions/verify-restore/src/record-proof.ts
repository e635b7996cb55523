import type { DrillReport } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  drilled,
  historyFile,
  type HistoryRow,
  logBranch,
  type LogFile,
  type Proof,
  proofFiles,
  tagFiles,
  writeLog,
} from '@recovery-playbook/recovery-log'
import { inSeconds, notesWithProof, tagHistory } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'
import type { History } from './look-back.ts'
import { runUrl } from './run-url.ts'

/** More would only make the record large. */
const mostPhases = 200

/** Leaves on the log branch what this drill found; of a drill that found no recovery point, nothing. */
export async function recordProof(
  report: DrillReport,
  { signer }: Inputs,
  { isReadable }: History,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const { point } = report
  const proof = proofOf(report, runner)
  if (point === undefined || proof === undefined) return
  await runner.chapter(`Record the verdict on the branch ${logBranch}`, async () => {
    const sign = signer && ((bytes: Uint8Array) => signer.signArmored(bytes, runner.clock.now()))
    const files = await proofFiles(proof, sign)
    const history = isReadable ? [historyFile(proof.database, rowOf(proof))] : []
    const message = `${proof.verdict}: ${proof.recoveryPoint}`
    const repository = parseRepository(runner.context.repository)
    const all = [...files, ...history, ...tagsAfter(proof, runner)]
    await writeLog(request, repository, all, message, (milliseconds) =>
      runner.clock.sleep(milliseconds),
    )
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

/** The tag history, where the tag of the recovery point is in it. */
function tagsAfter(proof: Proof, runner: Runner): LogFile[] {
  const { recoveryPoint, verdict, scenario, recordedAt, run } = proof
  const { serverUrl, repository } = runner.context
  return tagFiles(
    drilled(recoveryPoint, { verdict, scenario, recordedAt, run }),
    (rows) => tagHistory(rows, `${serverUrl}/${repository}`),
    (line) => {
      runner.warn(line)
    },
  )
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
