import { messageOf } from '@recovery-playbook/failure'
import { statusOf } from '@recovery-playbook/github'

/**
 * Why people were not told, and what mends it, for the log: it changes no verdict.
 *
 * @param permission what the job needs, such as `issues: write`
 */
export function notTold(permission: string, error: unknown): string {
  const status = statusOf(error)
  // GitHub answers 404 for what a token may not see, and 410 where issues are switched off.
  const remedy =
    status === 410
      ? 'Issues are switched off in this repository: switch them on, or set `alarm: false` and `key-check: false`.'
      : status === 403 || status === 404
        ? `The token lacks a permission: give the job \`permissions: ${permission}\`.`
        : 'The next run tries again.'
  const [line = ''] = messageOf(error).split('\n', 1)
  return `${line.slice(0, 300)}. ${remedy}`
}
