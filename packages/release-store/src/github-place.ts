import { allPages, type PacedRequest, type Repository } from '@recovery-playbook/github'
import type { GithubRelease } from './github-asset.ts'
import type { Patience } from './persist.ts'
import type { Run } from './store.ts'

/** Where on GitHub, for whom, and how to behave there. */
export interface GithubPlace {
  readonly request: PacedRequest
  readonly repository: Repository
  readonly run: Run | undefined
  readonly patience: Patience
  /** Milliseconds without a byte after which a transfer is broken off. */
  readonly standstill: number
}

/** Published ones, and for whoever may write also drafts. */
export const listReleases = ({ request, repository }: GithubPlace): Promise<GithubRelease[]> =>
  allPages((page) => request('GET /repos/{owner}/{repo}/releases', { ...repository, ...page }))

/** Deletes it and its assets, whoever deletes it first. */
export async function deleteRelease(
  { request, repository }: GithubPlace,
  release_id: number,
): Promise<void> {
  await request('DELETE /repos/{owner}/{repo}/releases/{release_id}', { ...repository, release_id })
}
