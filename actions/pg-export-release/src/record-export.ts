import { messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { historyFile, logBranch, tagFiles, tagged, writeLog } from '@recovery-playbook/recovery-log'
import { tagHistory } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'
import type { Content } from './publish.ts'

/**
 * A row in the database's history, from which drills tell the longest gap between snapshots: retention
 * removes recovery points, and never a row. The recovery point is published already, whatever happens here.
 */
export async function recordExport(
  { tag, database, snapshotAt, commit }: Content,
  { description, keptAtHome }: Pick<Inputs, 'description' | 'keptAtHome'>,
  request: GithubRequest,
  runner: Runner,
): Promise<void> {
  const { repository, serverUrl, runId, runAttempt } = runner.context
  const recordedAt = runner.clock.now().toISOString()
  const row = historyFile(database, {
    kind: 'export',
    recoveryPoint: tag,
    snapshotAt,
    recordedAt,
    run: { id: Number(runId), attempt: Number(runAttempt) },
  })
  const protects = { kind: 'recovery-point' as const, database, snapshotAt }
  const tags = tagFiles(
    tagged({ tag, taggedAt: recordedAt, commit, description, protects }),
    (rows) => tagHistory(rows, `${serverUrl}/${repository}`),
    (line) => {
      runner.warn(line)
    },
  )
  const pause = (milliseconds: number) => runner.clock.sleep(milliseconds)
  // The tag is where the recovery point is: a clone of another repository cannot go back to it.
  const files = keptAtHome ? [row, ...tags] : [row]
  await writeLog(request, parseRepository(repository), files, `Exported: ${tag}`, pause).catch(
    (error: unknown) => {
      runner.warn(
        `${tag} is published, and not noted on the branch ${logBranch} of ${repository}, so that drills may show too long a gap. ${messageOf(error)} The token needs \`contents: write\` there.`,
      )
    },
  )
}
