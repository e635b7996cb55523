import { setMaxListeners } from 'node:events'
import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'

/** Milliseconds that an answer may take, where the caller gives no deadline of its own. */
const patience = 60_000

/** The same for what is undone after a cancellation: the runner kills the job 10 s after it. */
const patienceWhenStopped = 2_000

/**
 * An Octokit `request` for this token. Transient server errors of calls that are safe to repeat are
 * retried; a 4xx is an answer and is not. No request waits for ever.
 *
 * @param apiUrl `GITHUB_API_URL`: https://api.github.com, or a GitHub Enterprise Server's
 * @param stopped ends every request but a DELETE: what a cancelled job has begun is still undone
 */
export function githubClient(token: string, apiUrl: string, stopped?: AbortSignal) {
  const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore }
  const octokit = getOctokit(
    token,
    {
      baseUrl: apiUrl,
      userAgent: 'recovery-playbook',
      log: quiet,
      // Not `request.retries`: with that the plugin repeats every refusal.
      retry: { retries: 2, doNotRetry: refusals },
    },
    retry,
  )
  // Each request listens once.
  if (stopped !== undefined) setMaxListeners(0, stopped)
  octokit.hook.before('request', (options) => {
    const undoes = options.method === 'DELETE'
    const wait = undoes && stopped?.aborted === true ? patienceWhenStopped : patience
    const deadline = options.request.signal ?? AbortSignal.timeout(wait)
    const ends = stopped === undefined || undoes ? [] : [stopped]
    // A copy: requests without settings of their own share Octokit's defaults.
    const own = { ...options.request, signal: AbortSignal.any([deadline, ...ends]) }
    options.request = own
    stopped?.addEventListener('abort', () => ((own as { retries?: number }).retries = 0), {
      once: true,
    })
  })
  return octokit.request
}

/** Every 4xx: by itself the plugin repeats a 409, and asks again at once after a 429. */
const refusals = Array.from({ length: 100 }, (_, index) => 400 + index)

const ignore = () => undefined
