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

type Expected = Pick<Asset, 'name' | 'bytes' | 'sha256'>

/** How what GitHub says that it has differs from what was sent, in words; undefined when it does not. */
export function whatIsWrong(
  asset: GithubAsset | undefined,
  { bytes, sha256 }: Expected,
): string | undefined {
  if (asset === undefined) return 'it is not there'
  // A page of HTML with status 200 is no asset either.
  if (asset.state !== 'uploaded') return `its state is '${asset.state}'`
  if (asset.size !== bytes) return `${asset.size} bytes are stored instead of ${bytes}`
  if (typeof asset.digest !== 'string' || asset.digest === `sha256:${sha256 ?? ''}`)
    return undefined
  return `its stored digest is ${asset.digest} instead of sha256:${sha256 ?? ''}`
}
