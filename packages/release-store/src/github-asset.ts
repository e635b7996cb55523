import type { Endpoints } from '@recovery-playbook/github'
import type { Asset } from './store.ts'

export type GithubRelease =
  Endpoints['GET /repos/{owner}/{repo}/releases']['response']['data'][number]
export type GithubAsset = GithubRelease['assets'][number]

export const assetOf = ({ name, size, digest, url }: GithubAsset): Asset => ({
  name,
  bytes: size,
  sha256: digest?.startsWith('sha256:') === true ? digest.slice('sha256:'.length) : undefined,
  url,
})
