import { authorship, botNow } from './authorship.ts'
import { Refusal, notFound } from './errors.ts'
import { answer, nodeId } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { readTag, writeTag } from './git-objects.ts'
import type { AnnotatedTag } from './git-objects.ts'
import { jsonBody, oneOf, requiredString } from './json-body.ts'
import { page } from './paging.ts'
import { refuseEmpty } from './refs.ts'
import type { Route } from './router.ts'

/** docs.github.com/rest/git/tags: annotated tag objects. Only a ref makes one a tag. */
export const tagRoutes: readonly Route[] = [
  { method: 'POST', path: '/git/tags', needs: ['contents', 'write'], handle: create },
  { method: 'GET', path: '/tags', needs: ['contents', 'read'], handle: list },
  { method: 'GET', path: '/git/tags/{sha}', needs: ['contents', 'read'], handle: get },
]

async function create(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const fields = await jsonBody(call)
  const { git } = call.repository
  const tag = requiredString(fields, 'tag')
  const message = requiredString(fields, 'message')
  const object = requiredString(fields, 'object')
  const type = oneOf(fields, 'type', ['commit', 'tree', 'blob'])
  if (!(await git.isWellFormed(`refs/tags/${tag}`))) {
    throw new Refusal(422, `${tag} is not a valid tag name.`)
  }
  if (type === undefined || !/^[0-9a-f]{40}$/.test(object) || (await git.type(object)) !== type) {
    throw new Refusal(422, 'Tag object does not exist, or is not of the given type')
  }
  const tagger = authorship(call, fields, 'tagger') ?? botNow(call)
  const sha = await writeTag(git, { tag, object, type, tagger, message })
  const rendered = renderTag(call, { sha, tag, object, type, tagger, message })
  return answer(201, rendered, { location: rendered.url })
}

/** docs.github.com/rest/repos/repos#list-repository-tags: of both kinds, each with its commit. */
async function list(call: Call): Promise<Answer> {
  const { git, name } = call.repository
  const refs = await git.refs('refs/tags/')
  const tags = await Promise.all(
    refs.map(async ({ ref, sha }) => ({
      name: ref.slice('refs/tags/'.length),
      commit: await git.commitSha(sha),
    })),
  )
  const named = tags.filter(({ commit }) => commit !== undefined).reverse()
  return page(call, named, (tag) => {
    const url = (kind: string) => call.addresses.api(name, `/${kind}/refs/tags/${tag.name}`)
    return {
      name: tag.name,
      commit: { sha: tag.commit, url: call.addresses.api(name, `/commits/${tag.commit ?? ''}`) },
      zipball_url: url('zipball'),
      tarball_url: url('tarball'),
      node_id: nodeId('Ref', tag.name),
    }
  })
}

async function get(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const tag = await readTag(call.repository.git, call.variables.sha ?? '')
  if (tag === undefined) throw notFound()
  return answer(200, renderTag(call, tag))
}

function renderTag({ addresses, repository }: Call, tag: AnnotatedTag) {
  const url = (kind: string, sha: string) => addresses.api(repository.name, `/git/${kind}s/${sha}`)
  return {
    node_id: nodeId('Tag', tag.sha),
    tag: tag.tag,
    sha: tag.sha,
    url: url('tag', tag.sha),
    message: tag.message,
    tagger: tag.tagger,
    object: { sha: tag.object, type: tag.type, url: url(tag.type, tag.object) },
    verification: unsigned,
  }
}

export const unsigned = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
}
