import type { Value } from './expression.ts'

/** Where an event happened. */
export interface Scenery {
  /** `owner/name` */
  readonly repository: string
  /** `main` */
  readonly defaultBranch: string
  readonly ref: string
  readonly sha: string
  /** Of the commit; the second one is the head of what was merged. */
  readonly parents: readonly string[]
  readonly inputs: Readonly<Record<string, Value>>
}

type Fields = Readonly<Record<string, Value>>

/** Fields that one event has, and that are empty on GitHub when another one is asked for them. */
export const eventFields =
  'action after base_ref before inputs merge_group number pull_request ref schedule'.split(' ')

/**
 * `github.event` as far as it is modelled here; an expression that asks for more is refused. See
 * docs.github.com, "Webhook events and payloads".
 *
 * @param given what the event brings itself; it goes before what is made up here
 */
export function payloadOf(name: string, scenery: Scenery, given: Fields): Fields {
  const { repository, defaultBranch, ref, sha, parents, inputs } = scenery
  const [owner = '', repositoryName = ''] = repository.split('/')
  const [before = '0'.repeat(40), head = sha] = parents
  const home = { name: repositoryName, full_name: repository, owner: { login: owner }, fork: false }
  const base = `refs/heads/${defaultBranch}`
  const number = Number(/^refs\/pull\/(\d+)\//.exec(ref)?.[1] ?? 1)
  const own: Readonly<Record<string, () => Fields>> = {
    push: () => ({ ref, after: sha, before }),
    workflow_dispatch: () => ({ ref, inputs }),
    pull_request: () => ({
      ...{ action: 'synchronize', number },
      pull_request: {
        ...{ number, draft: false, state: 'open', user: { login: owner } },
        head: { ref: 'change', sha: head, repo: home },
        base: { ref: defaultBranch, sha: before, repo: home },
      },
    }),
    merge_group: () => ({
      action: 'checks_requested',
      merge_group: { head_ref: ref, head_sha: sha, base_ref: base, base_sha: before },
    }),
  }
  const made = {
    repository: { ...home, default_branch: defaultBranch },
    sender: { login: owner },
    ...own[name]?.(),
  }
  return merged(made, given) as Fields
}

function merged(made: Value | undefined, given: Value): Value {
  if (!isObject(made) || !isObject(given)) return given
  const pairs = Object.entries(given).map(([name, value]) => [name, merged(made[name], value)])
  return { ...made, ...(Object.fromEntries(pairs) as Fields) }
}

const isObject = (value: Value | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
