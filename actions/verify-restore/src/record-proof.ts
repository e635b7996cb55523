import type { DrillReport } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { logBranch, type Proof, writeProof } from '@recovery-playbook/recovery-log'
import { notesWithProof } from '@recovery-playbook/report'

/** Leaves on the log branch what this drill found; of a drill that found no recovery point, nothing. */
export async function recordProof(
  { point, verdict, elapsed, figures }: DrillReport,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  if (point === undefined) return
  const { repository, runId, runAttempt, serverUrl } = runner.context
  await runner.chapter(`Record the verdict on the branch ${logBranch}`, async () => {
    const proof: Proof = {
      recoveryPoint: point.manifest.tag,
      database: point.manifest.database,
      manifest: point.manifestSha256,
      snapshotAt: point.manifest.snapshotAt,
      verdict,
      run: { id: Number(runId), attempt: Number(runAttempt) },
      recordedAt: runner.clock.now().toISOString(),
      recoverySeconds: elapsed / 1000,
      sealedBytes: figures?.sealedBytes ?? null,
    }
    await writeProof(request, parseRepository(repository), proof)
    const { release } = point
    const run = `${serverUrl}/${repository}/actions/runs/${runId}`
    // For people, and for nobody else: whether the notes can be edited proves nothing.
    await release.annotate(notesWithProof(release.notes, proof, run)).catch((error: unknown) => {
      runner.info(`The notes of ${release.tag} were not edited: ${messageOf(error)}`)
    })
  })
}
