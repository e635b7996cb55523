import { authorship, botNow } from './authorship.ts'
import { isSha, renderGitCommit } from './commits.ts'
import { Refusal, invalidRequest, notFound } from './errors.ts'
import { answer } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { readTree, writeBlob, writeCommit } from './git-objects.ts'
import { jsonBody, optionalString, requiredString } from './json-body.ts'
import type { Route } from './router.ts'
import { wrappedBase64, writeTree } from './trees.ts'
import { enforceWorkflowPathRule } from './workflow-file-rule.ts'

/** docs.github.com/rest/repos/contents */
export const contentRoutes: readonly Route[] = [
  { method: 'GET', path: '/contents/{+path}', needs: ['contents', 'read'], handle: get },
  { method: 'GET', path: '/contents/?', needs: ['contents', 'read'], handle: get },
  { method: 'PUT', path: '/contents/{+path}', needs: ['contents', 'write'], handle: put },
]

/** Above this the JSON answer carries no content any more, and `encoding` is `none`. */
const largestInline = 1024 ** 2

async function get(call: Call): Promise<Answer> {
  const path = (call.variables.path ?? '').replace(/\/$/, '')
  const wanted = call.query.get('ref')
  const ref = wanted ?? call.repository.state.defaultBranch
  const { git } = call.repository
  const commit = await git.commitSha(ref)
  if (commit === undefined) {
    throw wanted === null
      ? new Refusal(404, 'This repository is empty.')
      : new Refusal(404, `No commit found for the ref ${ref}`)
  }
  const sha = await git.shaAt(commit, path)
  const object = sha === undefined ? undefined : await git.object(sha)
  if (object === undefined) throw notFound()
  if (object.type === 'tree') {
    const entries = await readTree(git, object.sha, false)
    const prefix = path === '' ? '' : `${path}/`
    return answer(
      200,
      entries.map(({ type, sha: entry, path: name, size }) =>
        describe(call, ref, `${prefix}${name}`, type === 'tree' ? 'dir' : 'file', entry, size),
      ),
    )
  }
  if (/\braw\b/.test(call.headers.accept ?? '')) return raw(object.content)
  const inline = object.content.length <= largestInline
  return answer(200, {
    ...describe(call, ref, path, 'file', object.sha, object.content.length),
    content: inline ? wrappedBase64(object.content) : '',
    encoding: inline ? 'base64' : 'none',
  })
}

/** One file, one commit; on an empty repository the first one. */
async function put(call: Call): Promise<Answer> {
  const fields = await jsonBody(call)
  const { path = '' } = call.variables
  enforceWorkflowPathRule(call.token, path)
  const message = requiredString(fields, 'message')
  const content = Buffer.from(requiredString(fields, 'content'), 'base64')
  const expected = optionalString(fields, 'sha')
  const branch = optionalString(fields, 'branch') ?? call.repository.state.defaultBranch
  const author = authorship(call, fields, 'author')
  const committer = authorship(call, fields, 'committer') ?? author ?? botNow(call)
  const { git } = call.repository
  // Within a change, so that of two writers the second one sees the first one's commit.
  return call.repository.change(async () => {
    const parent = await git.commitSha(`refs/heads/${branch}`)
    if (parent === undefined && (await call.repository.head()) !== undefined) {
      throw new Refusal(404, `Branch ${branch} not found`)
    }
    const current = parent === undefined ? undefined : await git.shaAt(parent, path)
    requireCurrent(path, current, expected)
    const blob = await writeBlob(git, content)
    const tree = await writeTree(git, parent, [`100644 ${blob}\t${path}\n`])
    const parents = parent === undefined ? [] : [parent]
    const commit = { tree, parents, author: author ?? committer, committer, message }
    const sha = await writeCommit(git, commit)
    await git.run(['update-ref', `refs/heads/${branch}`, sha, parent ?? '0'.repeat(40)])
    return answer(current === undefined ? 201 : 200, {
      content: describe(call, branch, path, 'file', blob, content.length),
      commit: renderGitCommit(call, { ...commit, sha }),
    })
  })
}

/** @throws Refusal 409 when somebody else changed the file since it was read */
function requireCurrent(path: string, current?: string, expected?: string): void {
  if (current === expected) return
  if (expected === undefined) throw invalidRequest('"sha" wasn\'t supplied.')
  if (!isSha(expected)) throw invalidRequest(`For 'properties/sha', not a SHA.`)
  throw new Refusal(409, `${path} does not match ${expected}`)
}

function raw(content: Buffer): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'application/vnd.github.raw+json; charset=utf-8',
      'content-length': String(content.length),
    },
    body: content,
  }
}

function describe(
  { addresses, repository }: Call,
  ref: string,
  path: string,
  type: 'dir' | 'file',
  sha: string,
  size = 0,
) {
  const where = encodeURI(path)
  const query = `?ref=${encodeURIComponent(ref)}`
  const self = addresses.api(repository.name, `/contents/${where}${query}`)
  const git = addresses.api(repository.name, `/git/${type === 'dir' ? 'tree' : 'blob'}s/${sha}`)
  const html = addresses.page(repository.name, `/blob/${encodeURIComponent(ref)}/${where}`)
  return {
    type,
    size,
    name: path.split('/').at(-1) ?? path,
    path,
    sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: type === 'dir' ? null : html.replace('/blob/', '/raw/'),
    _links: { self, git, html },
  }
}
