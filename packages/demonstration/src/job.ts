import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LocalGithub } from '@recovery-playbook/local-github'
import { type ActionResult, runAction } from '@recovery-playbook/local-workflows'

const actions = fileURLToPath(new URL('../../../actions/', import.meta.url))

export interface Job {
  /** Runs the action unless one before it failed, as the steps of a job do. */
  step(action: string, inputs: Readonly<Record<string, string>>): Promise<void>
  /** The results of the steps that ran, in order. */
  readonly results: readonly ActionResult[]
  exitCode(): number
}

/** A job of the local GitHub's newest commit; its steps are our actions' committed bundles. */
export async function startJob(
  github: LocalGithub,
  directory: string,
  say: (line: string) => void,
  stopped: AbortSignal,
): Promise<Job> {
  const { stdout } = await promisify(execFile)('git', [
    ...['--git-dir', github.gitDirectory(), 'rev-parse', 'HEAD'],
  ])
  const { apiUrl, token, repository } = github
  const results: ActionResult[] = []
  const exitCode = () =>
    results.find((result) => result.exitCode !== 0)?.exitCode ?? (stopped.aborted ? 130 : 0)
  return {
    results,
    exitCode,
    async step(action, inputs) {
      if (exitCode() !== 0 || stopped.aborted) return
      say(`\n── ${action} ${'─'.repeat(70 - action.length)}`)
      const result = await runAction({
        action: `${actions}${action}`,
        inputs,
        github: { apiUrl, token, repository, commit: stdout.trim() },
        directory,
        log: say,
        signal: stopped,
      })
      results.push({ ...result, exitCode: result.exitCode ?? 1 })
    },
  }
}
