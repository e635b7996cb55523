import { glob } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { git } from './git.ts'
import type { JobState } from './job.ts'

/** Does here what a remote action does on GitHub, as far as a run needs it. Returns an exit code. */
type StandIn = (
  state: JobState,
  inputs: Readonly<Record<string, string>>,
  refuse: (why: string) => Error,
) => Promise<number>

/** @param known the action's own inputs, as its action.yml has them */
const nothing =
  (...known: readonly string[]): StandIn =>
  ({ line }, inputs, refuse) => {
    const unknown = Object.keys(inputs).find((name) => !known.includes(name))
    if (unknown !== undefined) throw refuse(`there is no input '${unknown}'`)
    line('Nothing to do on this machine.')
    return Promise.resolve(0)
  }

export const standIns: Readonly<Record<string, StandIn>> = {
  'actions/checkout': checkout,
  'actions/setup-node': nothing(
    ...['node-version', 'node-version-file', 'architecture', 'check-latest', 'registry-url'],
    ...['scope', 'token', 'cache', 'package-manager-cache', 'cache-dependency-path', 'mirror'],
    ...['always-auth', 'mirror-token'],
  ),
  'actions/attest-build-provenance': attest,
}

const checkoutInputs = ['ref', 'fetch-depth', 'persist-credentials', 'path', 'token']

/**
 * A real clone of the local GitHub's bare repository. It asks the local GitHub's API first, because
 * cloning a private repository takes `contents: read`. The clone leads nowhere: there is no push.
 */
async function checkout(
  { contexts, token, workspace, order, line }: JobState,
  inputs: Readonly<Record<string, string>>,
  refuse: (why: string) => Error,
): Promise<number> {
  const unknown = Object.keys(inputs).find((name) => !checkoutInputs.includes(name))
  if (unknown !== undefined) throw refuse(`input '${unknown}': not supported here`)
  const { github } = order.frame.run.order
  const { apiUrl, repository } = github
  const wanted = inputs.ref ?? (contexts.github as Record<string, string>).sha ?? ''
  const answer = await fetch(`${apiUrl}/repos/${repository}/commits/${encodeURI(wanted)}`, {
    headers: { authorization: `Bearer ${inputs.token ?? token}` },
  })
  if (!answer.ok) {
    const needed = answer.headers.get('x-accepted-github-permissions') ?? 'contents=read'
    line(`::error::Cannot check out ${wanted}: GitHub answers ${answer.status} (needs ${needed})`)
    return 1
  }
  const { sha } = (await answer.json()) as { sha: string }
  const folder = resolve(workspace, inputs.path ?? '')
  const depth = inputs['fetch-depth'] ?? '1'
  const anyCommit = 'git -c uploadpack.allowAnySHA1InWant=true upload-pack'
  const origin = pathToFileURL(github.gitDirectory(repository)).href
  await git(['init', '--quiet', folder])
  await git([
    ...['-C', folder, 'fetch', '--quiet', `--upload-pack=${anyCommit}`],
    ...(depth === '0' ? ['--tags'] : [`--depth=${depth}`]),
    ...[origin, sha],
  ])
  await git(['-C', folder, 'checkout', '--quiet', '--force', '--detach', sha])
  await git(['-C', folder, 'remote', 'add', 'origin', `${apiUrl}/${repository}`])
  line(`Checked out ${sha}.`)
  return 0
}

/**
 * Finds what would be attested and signs nothing: that takes Sigstore. The permissions are those of the
 * action's README, without which it cannot ask for an identity, or keep the attestation.
 */
async function attest(
  { workspace, order, line }: JobState,
  { 'subject-path': pattern = '', ...others }: Readonly<Record<string, string>>,
  refuse: (why: string) => Error,
): Promise<number> {
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw refuse(`input '${unknown}': not supported here`)
  const fail = (why: string) => {
    line(`::error::${why}`)
    return 1
  }
  const missing = ['id-token', 'attestations'].find((one) => order.permissions[one] !== 'write')
  if (missing !== undefined) return fail(`The permission ${missing}: write is missing`)
  const patterns = pattern.split(/[\n,]/).map((one) => one.trim())
  const subjects: string[] = []
  for (const one of patterns.filter(Boolean)) {
    const found = await Array.fromAsync(glob(one, { cwd: workspace }))
    if (found.length === 0) return fail(`There is nothing to attest at ${one}`)
    subjects.push(...found)
  }
  line(`Would attest ${subjects.toSorted().join(', ')}.`)
  return 0
}
