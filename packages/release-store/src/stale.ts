import { type GithubRequest, parseRepository, refusal, statusOf } from '@recovery-playbook/github'
import type { Run } from './store.ts'

/** Whether a run writes no more; undefined where that cannot be asked. */
export type IsOver = (run: Run) => Promise<boolean | undefined>

/** A job of a hosted runner ends after 6 hours: docs.github.com/actions/reference/limits */
const longestJob = 6 * 60 * 60 * 1000

interface Suspect {
  readonly run: Run
  /** When something was last written by it, by the store's clock. */
  readonly lastSign: Date
  /** By the same clock; undefined where the store does not tell. */
  readonly now: Date | undefined
}

/** Why a run writes no more; undefined where that is not certain, or it is not ours. */
export async function whyStale(
  { run, lastSign, now }: Suspect,
  own: Run | undefined,
  isOver: IsOver,
): Promise<string | undefined> {
  if (run.repository !== own?.repository) return undefined
  const name = `run ${run.id}, attempt ${run.attempt},`
  if (run.id === own.id) {
    // Jobs of one attempt run side by side.
    return run.attempt < own.attempt ? `${name} was started again` : undefined
  }
  const over = await isOver(run)
  if (over !== undefined) return over ? `${name} has ended` : undefined
  if (now === undefined || now.getTime() - lastSign.getTime() <= longestJob) return undefined
  return `nothing was written since ${lastSign.toISOString()}`
}

/**
 * Asks GitHub, which takes `actions: read`.
 *
 * @throws Failure GITHUB_REFUSED for anything but a run that the token may not see
 */
export const githubRuns =
  (request: GithubRequest): IsOver =>
  async ({ repository, id, attempt }) => {
    try {
      const { data } = await request('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
        ...parseRepository(repository),
        run_id: id,
      })
      const latest = data.run_attempt ?? 1
      // Of an attempt that GitHub does not show yet, the one before may have ended.
      return latest > attempt || (latest === attempt && data.status === 'completed')
    } catch (error) {
      if ([403, 404].includes(statusOf(error) ?? 0)) return undefined
      throw refusal(`show run ${id}`, error)
    }
  }
