import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'

/**
 * An Octokit `request` for this token. Transient server errors of calls that are safe to repeat are
 * retried; a 4xx is an answer and is not.
 *
 * @param apiUrl `GITHUB_API_URL`: https://api.github.com, or a GitHub Enterprise Server's
 * @param stopped ends transfers, which may take minutes: the requests that have a deadline of their own.
 *   What cleans up after a cancelled job has none, and is still sent.
 */
export function githubClient(token: string, apiUrl: string, stopped?: AbortSignal) {
  const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore }
  const octokit = getOctokit(
    token,
    // Not `request.retries`: with that the plugin repeats every refusal, a 404 or 422 too.
    { baseUrl: apiUrl, userAgent: 'recovery-playbook', log: quiet, retry: { retries: 2 } },
    retry,
  )
  octokit.hook.before('request', ({ request }) => {
    if (request.signal === undefined || stopped === undefined) return
    request.signal = AbortSignal.any([request.signal, stopped])
  })
  return octokit.request
}

const ignore = () => undefined
