import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import type { Permissions } from '@recovery-playbook/local-github'
import { type ActionResult, publishFiles } from '@recovery-playbook/local-workflows'
import { newestCommit, openScene, type Scene } from './scene.ts'

/** A commit on top of the default branch, and where it would go. */
export interface Change {
  readonly base: string
  readonly head: string
  readonly branch: string
}

/** Variables of a step that name an event and its payload. */
type Event = Record<string, string>

/** A repository whose merges are guarded. */
export interface GuardedScene extends Scene {
  /** The guard, with no secret, and rights to read alone where none are given. */
  guard(inputs?: Record<string, string>, event?: Event, rights?: Permissions): Promise<ActionResult>
  /** Other content in these files. */
  change(...paths: string[]): Promise<Change>
  /** Returns the number of the pull request. */
  openPull(change: Change): Promise<number>
  pullRequest(
    change: Change,
    options?: { readonly number?: number; readonly fork?: boolean; readonly into?: string },
  ): Promise<Event>
  queue(change: Change, number?: number): Promise<Event>
}

/** Of a pull request's job. */
export const readingRights: Permissions = {
  ...{ contents: 'read', actions: 'read' },
  ...{ issues: 'read', 'pull-requests': 'read' },
}

const home = { repository: { default_branch: 'main' } }

/** Of Ada, who administers it, and Charles, who writes. */
export async function openGuardedScene(): Promise<GuardedScene> {
  const scene = await openScene({ github: { people: { ada: 'admin', charles: 'write' } } })
  const { repository } = scene.github
  const request = githubClient(scene.github.token, scene.github.apiUrl)

  async function eventOf(name: string, payload: unknown): Promise<Event> {
    const path = join(scene.directory, `event-${randomUUID()}.json`)
    await writeFile(path, JSON.stringify(payload))
    return {
      ...{ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path },
      GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/our-guard.yml@refs/pull/1/merge`,
    }
  }

  return {
    ...scene,

    guard(inputs = {}, environment = {}, rights = readingRights) {
      const github = { token: scene.github.issueToken(rights) }
      return scene.run('verify-restore', { mode: 'proof', ...inputs }, { github, environment })
    },

    async change(...paths) {
      const base = await newestCommit(scene.github)
      const changed = Object.fromEntries(paths.map((path) => [path, `${randomUUID()}\n`]))
      const branch = `change-${randomUUID()}`
      const ref = `refs/heads/${branch}`
      const head = await publishFiles(scene.github, { from: scene.directory, changed, ref })
      return { base, head, branch }
    },

    async openPull({ branch }) {
      const { data } = await request('POST /repos/{owner}/{repo}/pulls', {
        ...parseRepository(repository),
        ...{ title: 'A change', head: branch, base: 'main' },
      })
      return data.number
    },

    pullRequest: ({ base, head }, { number = 1, fork = false, into = 'main' } = {}) =>
      eventOf('pull_request', {
        ...home,
        pull_request: {
          number,
          base: { sha: base, ref: into, repo: { full_name: repository } },
          head: { sha: head, repo: { full_name: fork ? 'stranger/journal' : repository } },
        },
      }),

    queue: ({ base, head }, number = 1) =>
      eventOf('merge_group', {
        ...home,
        merge_group: {
          ...{ base_sha: base, head_sha: head, base_ref: 'refs/heads/main' },
          head_ref: `refs/heads/gh-readonly-queue/main/pr-${number}-${base}`,
        },
      }),
  }
}

/** What a guard answers, to be compared with `refused` or a part of it. */
export const asFound = ({ exitCode, outputs, log }: ActionResult) => ({
  exitCode,
  verdict: outputs.verdict,
  log,
})

/** A merge that is held, and the log says these words. */
export const refused = (exitCode: number, verdict: string, words: string) => ({
  exitCode,
  verdict,
  log: expect.stringContaining(words),
})
