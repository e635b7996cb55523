import { messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { historyFile, logBranch, writeLog } from '@recovery-playbook/recovery-log'
import type { Content } from './publish.ts'

/**
 * A row in the database's history, from which drills tell the longest gap between snapshots: retention
 * removes recovery points, and never a row. The recovery point is published already, whatever happens here.
 */
export async function recordExport(
  { tag, database, snapshotAt }: Content,
  request: GithubRequest,
  runner: Runner,
): Promise<void> {
  const { repository, runId, runAttempt } = runner.context
  const row = historyFile(database, {
    kind: 'export',
    recoveryPoint: tag,
    snapshotAt,
    recordedAt: runner.clock.now().toISOString(),
    run: { id: Number(runId), attempt: Number(runAttempt) },
  })
  await writeLog(request, parseRepository(repository), [row], `Exported: ${tag}`).catch(
    (error: unknown) => {
      runner.warn(
        `${tag} is published, and not noted on the branch ${logBranch} of ${repository}, so that drills may show too long a gap. ${messageOf(error)} The token needs \`contents: write\` there.`,
      )
    },
  )
}
