import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GithubRequest, paced, parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import {
  type LocalGithub,
  type LocalGithubSettings,
  startLocalGithub,
} from '@recovery-playbook/local-github'
import { githubReleases, type ReleaseStore, type Run } from '../src/index.ts'

export const repository = parseRepository('acme/journal')

/** A store whose waiting takes no time. */
export interface PatientStore extends ReleaseStore {
  readonly pauses: readonly number[]
  /** Lines for the log. */
  readonly told: readonly string[]
}

export interface StoreOnGithub extends AsyncDisposable {
  readonly github: LocalGithub
  readonly request: GithubRequest
  /** A store for this token; by itself without a run, as a drill uses it. */
  readonly storeFor: (
    token?: string,
    settings?: { readonly standstill?: number; readonly run?: Run },
  ) => PatientStore
}

/** A clock that stands still, but for the waiting, which takes no time. */
export function steppingClock(start = new Date()) {
  let time = start.getTime()
  const pauses: number[] = []
  return {
    pauses,
    now: () => new Date(time),
    sleep: (milliseconds: number) => {
      pauses.push(milliseconds)
      time += milliseconds
      return Promise.resolve()
    },
  }
}

/** A GitHub of its own behind the client that the actions use. */
export async function storeOnGithub(
  settings: Partial<LocalGithubSettings> = {},
): Promise<StoreOnGithub> {
  const directory = await mkdtemp(join(tmpdir(), 'release-store-'))
  const github = await startLocalGithub({ directory, ...settings })
  return {
    github,
    request: githubClient(github.token, github.apiUrl),
    storeFor: (token = github.token, own = {}) => {
      const clock = steppingClock()
      const told: string[] = []
      const request = paced(githubClient(token, github.apiUrl), clock, (line) => told.push(line))
      const patience = { pause: clock.sleep, random: () => 0.5 }
      const store = githubReleases(request, repository, { ...patience, ...own })
      return { ...store, pauses: clock.pauses, told }
    },
    async [Symbol.asyncDispose]() {
      await github.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
