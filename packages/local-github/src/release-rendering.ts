import { nodeId } from './exchange.ts'
import type { Call } from './exchange.ts'
import { renderActionsBot } from './people.ts'
import type { AssetRecord, ReleaseRecord } from './state.ts'

/** A release as the API description's schema `release` has it. */
export function renderRelease(call: Call, release: ReleaseRecord) {
  const { addresses, repository } = call
  const url = addresses.api(repository.name, `/releases/${release.id}`)
  const upload = `${addresses.uploadUrl}/repos/${repository.name}/releases/${release.id}/assets`
  const archive = (kind: string) =>
    release.draft
      ? null
      : addresses.api(repository.name, `/${kind}/${encodeURIComponent(release.tagName)}`)
  return {
    url,
    html_url: addresses.page(repository.name, `/releases/tag/${pageName(release)}`),
    assets_url: `${url}/assets`,
    upload_url: `${upload}{?name,label}`,
    tarball_url: archive('tarball'),
    zipball_url: archive('zipball'),
    id: release.id,
    node_id: nodeId('Release', release.id),
    tag_name: release.tagName,
    target_commitish: release.targetCommitish,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    immutable: release.immutable,
    created_at: release.createdAt,
    published_at: release.draft ? null : release.publishedAt,
    updated_at: release.updatedAt,
    author: renderActionsBot(addresses),
    assets: release.assets.map((asset) => renderAsset(call, release, asset)),
  }
}

/** An asset as the schema `release-asset` has it, plus `starter`, which that schema omits. */
export function renderAsset(call: Call, release: ReleaseRecord, asset: AssetRecord) {
  const { addresses, repository } = call
  const download = `/releases/download/${pageName(release)}/${encodeURIComponent(asset.name)}`
  return {
    url: addresses.api(repository.name, `/releases/assets/${asset.id}`),
    browser_download_url: addresses.page(repository.name, download),
    id: asset.id,
    node_id: nodeId('ReleaseAsset', asset.id),
    name: asset.name,
    label: asset.label,
    state: asset.state,
    content_type: asset.contentType,
    size: asset.size,
    digest: asset.digest,
    download_count: asset.downloads,
    created_at: asset.createdAt,
    updated_at: asset.updatedAt,
    uploader: renderActionsBot(addresses),
  }
}

const pageName = ({ draft, tagName, untagged }: ReleaseRecord): string =>
  draft ? untagged : encodeURIComponent(tagName)
