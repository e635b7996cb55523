import { randomBytes } from 'node:crypto'
import { seesDrafts } from './access.ts'
import { notFound, validationFailed } from './errors.ts'
import { answer, noContent, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { jsonBody } from './json-body.ts'
import { page } from './paging.ts'
import { renderRelease } from './release-rendering.ts'
import { applyFields, fieldsOf, markLatest, publish } from './release-publishing.ts'
import { nextId } from './repository.ts'
import type { Route } from './router.ts'
import type { ReleaseRecord, RepositoryState } from './state.ts'

/** docs.github.com/rest/releases/releases */
export const releaseRoutes: readonly Route[] = [
  { method: 'GET', path: '/releases', needs: ['contents', 'read'], handle: list },
  { method: 'POST', path: '/releases', needs: ['contents', 'write'], handle: create },
  { method: 'GET', path: '/releases/latest', needs: ['contents', 'read'], handle: latest },
  { method: 'GET', path: '/releases/tags/{+tag}', needs: ['contents', 'read'], handle: byTag },
  { method: 'GET', path: '/releases/{id}', needs: ['contents', 'read'], handle: get },
  { method: 'PATCH', path: '/releases/{id}', needs: ['contents', 'write'], handle: update },
  { method: 'DELETE', path: '/releases/{id}', needs: ['contents', 'write'], handle: remove },
]

/** Newest first by `created_at`, which is the date of the tagged commit. */
function list(call: Call): Promise<Answer> {
  const visible = call.repository.state.releases.filter((release) => isVisible(call, release))
  return Promise.resolve(page(call, newestFirst(visible), (one) => renderRelease(call, one)))
}

async function create(call: Call): Promise<Answer> {
  const fields = fieldsOf(await jsonBody(call))
  const { tagName } = fields
  if (tagName === undefined) {
    throw validationFailed({ resource: 'Release', code: 'missing_field', field: 'tag_name' })
  }
  const now = timestamp(call.now())
  const release = await call.repository.change(async (state) => {
    const made: ReleaseRecord = {
      id: nextId(state),
      tagName,
      untagged: `untagged-${randomBytes(10).toString('hex')}`,
      targetCommitish: state.defaultBranch,
      name: null,
      body: null,
      draft: true,
      prerelease: false,
      immutable: false,
      createdAt: now,
      publishedAt: null,
      updatedAt: now,
      assets: [],
    }
    await applyFields(call, made, fields)
    if (fields.draft !== true) await publish(call, state, made, fields)
    state.releases.push(made)
    return made
  })
  const rendered = renderRelease(call, release)
  return answer(201, rendered, { location: rendered.url })
}

/** The one that was marked, else the newest published one that is no prerelease. */
async function latest(call: Call): Promise<Answer> {
  const { releases, latestRelease } = call.repository.state
  const eligible = releases.filter(({ draft, prerelease }) => !draft && !prerelease)
  const marked = eligible.find(({ id }) => id === latestRelease) ?? newestFirst(eligible)[0]
  if (marked === undefined) throw notFound()
  return Promise.resolve(answer(200, renderRelease(call, marked)))
}

/** A draft has no tag yet, and is never found by one. */
async function byTag(call: Call): Promise<Answer> {
  const { tag } = call.variables
  const found = call.repository.state.releases.find(
    ({ draft, tagName }) => !draft && tagName === tag,
  )
  if (found === undefined) throw notFound()
  return Promise.resolve(answer(200, renderRelease(call, found)))
}

async function get(call: Call): Promise<Answer> {
  return Promise.resolve(answer(200, renderRelease(call, releaseOf(call, call.repository.state))))
}

async function update(call: Call): Promise<Answer> {
  const fields = fieldsOf(await jsonBody(call))
  const release = await call.repository.change(async (state) => {
    const found = releaseOf(call, state)
    const formerTag = found.tagName
    await applyFields(call, found, fields)
    if (fields.draft === true) found.draft = true
    const retagged = !found.draft && found.tagName !== formerTag
    if (retagged || (found.draft && fields.draft === false)) {
      await publish(call, state, found, fields)
    } else if (!found.draft) markLatest(state, found, fields.makeLatest)
    found.updatedAt = timestamp(call.now())
    return found
  })
  return answer(200, renderRelease(call, release))
}

/** The tag stays; so does the memory of an immutable release's tag name. */
async function remove(call: Call): Promise<Answer> {
  const removed = await call.repository.change((state) => {
    const found = releaseOf(call, state)
    state.releases = state.releases.filter(({ id }) => id !== found.id)
    return found
  })
  await call.repository.removeAssets(removed.assets.map(({ id }) => id))
  return noContent
}

/** The release that the path names, for whoever may see it. */
export function releaseOf(call: Call, state: RepositoryState): ReleaseRecord {
  const found = state.releases.find(({ id }) => String(id) === call.variables.id)
  if (found === undefined || !isVisible(call, found)) throw notFound()
  return found
}

export const isVisible = (call: Call, { draft }: ReleaseRecord): boolean =>
  !draft || seesDrafts(call.token, call.repository)

const newestFirst = (releases: readonly ReleaseRecord[]): ReleaseRecord[] =>
  releases.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id)
