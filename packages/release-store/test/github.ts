import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import {
  type LocalGithub,
  type LocalGithubSettings,
  startLocalGithub,
} from '@recovery-playbook/local-github'
import { githubReleases } from '../src/index.ts'
import type { Deadline } from '../src/transfer.ts'

export const repository = parseRepository('acme/journal')

export interface StoreOnGithub extends AsyncDisposable {
  readonly github: LocalGithub
  readonly request: GithubRequest
  /** A store for this token, which waits for nothing. */
  readonly storeFor: (
    token?: string,
    deadline?: Deadline,
  ) => ReturnType<typeof githubReleases> & { readonly pauses: readonly number[] }
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
    storeFor: (token = github.token, deadline) => {
      const pauses: number[] = []
      const pause = (milliseconds: number) => {
        pauses.push(milliseconds)
        return Promise.resolve()
      }
      const request = githubClient(token, github.apiUrl)
      return { ...githubReleases(request, repository, pause, deadline), pauses }
    },
    async [Symbol.asyncDispose]() {
      await github.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
