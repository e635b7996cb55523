import type { TaggedPush } from '@recovery-playbook/backup-tag'
import { messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { logBranch, tagFiles, tagged, writeLog } from '@recovery-playbook/recovery-log'
import { tagHistory } from '@recovery-playbook/report'

/** A row in the tag history. The tag is there already, whatever happens here. */
export async function recordTag(
  { tag, description = '' }: TaggedPush,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  if (tag?.created !== true) return
  const { repository, serverUrl } = runner.context
  const row = {
    tag: tag.name,
    taggedAt: runner.clock.now().toISOString(),
    commit: tag.commit,
    description,
    protects: { kind: 'code' as const },
  }
  const files = tagFiles(
    tagged(row),
    (rows) => tagHistory(rows, `${serverUrl}/${repository}`),
    (line) => {
      runner.warn(line)
    },
  )
  const pause = (milliseconds: number) => runner.clock.sleep(milliseconds)
  await writeLog(request, parseRepository(repository), files, `Tagged: ${tag.name}`, pause).catch(
    (error: unknown) => {
      runner.warn(
        `${tag.name} is made, and not noted on the branch ${logBranch}. ${messageOf(error)}`,
      )
    },
  )
}
