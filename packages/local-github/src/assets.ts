import { storedName } from './asset-name.ts'
import { frozen } from './asset-upload.ts'
import { notFound, validationFailed } from './errors.ts'
import { answer, noContent, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { jsonBody, optionalString } from './json-body.ts'
import type { DownloadLinks } from './download-links.ts'
import { page } from './paging.ts'
import { renderAsset } from './release-rendering.ts'
import { isVisible, releaseOf } from './releases.ts'
import type { Route } from './router.ts'
import type { RepositoryState } from './state.ts'

/** docs.github.com/rest/releases/assets, on the first origin. */
export const assetRoutes = (links: DownloadLinks): readonly Route[] => [
  { method: 'GET', path: '/releases/{id}/assets', needs: ['contents', 'read'], handle: list },
  {
    method: 'GET',
    path: '/releases/assets/{asset}',
    needs: ['contents', 'read'],
    handle: (call) => get(call, links),
  },
  {
    method: 'PATCH',
    path: '/releases/assets/{asset}',
    needs: ['contents', 'write'],
    handle: update,
  },
  {
    method: 'DELETE',
    path: '/releases/assets/{asset}',
    needs: ['contents', 'write'],
    handle: remove,
  },
]

async function list(call: Call): Promise<Answer> {
  const release = releaseOf(call, call.repository.state)
  const render = (asset: (typeof release.assets)[number]) => renderAsset(call, release, asset)
  return Promise.resolve(page(call, release.assets, render))
}

/** The asset's description; with `Accept: application/octet-stream` the way to its content. */
async function get(call: Call, links: DownloadLinks): Promise<Answer> {
  const { release, asset } = assetOf(call, call.repository.state)
  if (!/application\/octet-stream/i.test(call.headers.accept ?? '')) {
    return answer(200, renderAsset(call, release, asset))
  }
  // GitHub keeps a half-written asset as 'starter'; there is nothing to be read from it.
  if (asset.state !== 'uploaded') throw notFound()
  await call.repository.change((state) => {
    assetOf(call, state).asset.downloads += 1
  })
  return { status: 302, headers: { location: links.sign(call.repository.name, asset.id) } }
}

async function update(call: Call): Promise<Answer> {
  const fields = await jsonBody(call)
  const name = optionalString(fields, 'name')
  const label = optionalString(fields, 'label')
  const rendered = await call.repository.change((state) => {
    const { release, asset } = assetOf(call, state)
    if (release.immutable) throw frozen('Cannot update asset of an immutable release')
    const renamed = name === undefined ? asset.name : storedName(name)
    if (release.assets.some((other) => other.id !== asset.id && other.name === renamed)) {
      throw validationFailed({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' })
    }
    asset.name = renamed
    asset.label = label ?? asset.label
    asset.updatedAt = timestamp(call.now())
    return renderAsset(call, release, asset)
  })
  return answer(200, rendered)
}

async function remove(call: Call): Promise<Answer> {
  const removed = await call.repository.change((state) => {
    const { release, asset } = assetOf(call, state)
    if (release.immutable) throw frozen('Cannot delete asset from an immutable release')
    release.assets = release.assets.filter(({ id }) => id !== asset.id)
    return asset.id
  })
  await call.repository.removeAssets([removed])
  return noContent
}

function assetOf(call: Call, state: RepositoryState) {
  for (const release of state.releases) {
    const asset = release.assets.find(({ id }) => String(id) === call.variables.asset)
    if (asset !== undefined && isVisible(call, release)) return { release, asset }
  }
  throw notFound()
}
