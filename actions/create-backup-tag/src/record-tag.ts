import type { TaggedPush } from '@recovery-playbook/backup-tag'
import { messageOf } from '@recovery-playbook/failure'
import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { logBranch, logKeeper, tagged, writeLog } from '@recovery-playbook/recovery-log'
import { logPages } from '@recovery-playbook/report'

/** A row in the tag history. The tag is there already, whatever happens here. */
export async function recordTag(
  { tag, description = '' }: TaggedPush,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  if (tag?.created !== true) return
  const row = tagged({
    tag: tag.name,
    taggedAt: runner.clock.now().toISOString(),
    commit: tag.commit,
    description,
    protects: { kind: 'code' },
  })
  const keeper = logKeeper(runner, request, logPages)
  await writeLog(keeper, [row], `Tagged: ${tag.name}`).catch((error: unknown) => {
    runner.warn(
      `${tag.name} is made, and not noted on the branch ${logBranch}. ${messageOf(error)}`,
    )
  })
}
