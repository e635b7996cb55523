import type { DrillReport } from '@recovery-playbook/drill'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { logBranch, writeProof } from '@recovery-playbook/recovery-log'

/** Leaves on the log branch what this drill found; of a drill that found no recovery point, nothing. */
export async function recordProof(
  { point, verdict, elapsed, figures }: DrillReport,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  if (point === undefined) return
  const { repository, runId, runAttempt } = runner.context
  await runner.chapter(`Record the verdict on the branch ${logBranch}`, () =>
    writeProof(request, parseRepository(repository), {
      recoveryPoint: point.manifest.tag,
      database: point.manifest.database,
      manifest: point.manifestSha256,
      snapshotAt: point.manifest.snapshotAt,
      verdict,
      run: { id: Number(runId), attempt: Number(runAttempt) },
      recordedAt: runner.clock.now().toISOString(),
      recoverySeconds: elapsed / 1000,
      sealedBytes: figures?.sealedBytes ?? null,
    }),
  )
}
