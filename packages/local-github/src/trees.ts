import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal, invalidRequest, notFound } from './errors.ts'
import { answer, nodeId } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { GitFailure } from './git.ts'
import type { Git } from './git.ts'
import { readTree, writeBlob } from './git-objects.ts'
import { jsonBody, optionalArray, optionalString, requiredString } from './json-body.ts'
import type { Fields } from './json-body.ts'
import { refuseEmpty } from './refs.ts'
import type { Route } from './router.ts'

/** docs.github.com/rest/git/trees and docs.github.com/rest/git/blobs */
export const treeRoutes: readonly Route[] = [
  { method: 'POST', path: '/git/trees', needs: ['contents', 'write'], handle: createTree },
  { method: 'GET', path: '/git/trees/{+sha}', needs: ['contents', 'read'], handle: getTree },
  { method: 'POST', path: '/git/blobs', needs: ['contents', 'write'], handle: createBlob },
  { method: 'GET', path: '/git/blobs/{sha}', needs: ['contents', 'read'], handle: getBlob },
]

async function createTree(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const fields = await jsonBody(call)
  const entries = optionalArray(fields, 'tree')
  if (entries === undefined) throw invalidRequest('"tree" wasn\'t supplied.')
  const { git } = call.repository
  const base = optionalString(fields, 'base_tree')
  const changes = await Promise.all(entries.map((entry) => indexLine(git, entry as Fields)))
  const sha = await writeTree(git, base, changes).catch((error: unknown) => {
    if (error instanceof GitFailure) throw new Refusal(422, `tree is not valid: ${error.message}`)
    throw error
  })
  return answer(201, await renderTree(call, sha, false))
}

async function getTree(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const { sha: name = '' } = call.variables
  const { git } = call.repository
  const object = await git.object(name)
  const commit = object?.type === 'tree' ? undefined : await git.commitSha(name)
  const sha = object?.type === 'tree' ? object.sha : await treeOf(git, commit)
  if (sha === undefined) throw notFound()
  return answer(200, await renderTree(call, sha, call.query.has('recursive')))
}

async function createBlob(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const fields = await jsonBody(call)
  const content = requiredString(fields, 'content')
  const encoding = optionalString(fields, 'encoding') === 'base64' ? 'base64' : 'utf8'
  const sha = await writeBlob(call.repository.git, Buffer.from(content, encoding))
  const url = blobUrl(call, sha)
  return answer(201, { url, sha }, { location: url })
}

async function getBlob(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const object = await call.repository.git.object(call.variables.sha ?? '')
  if (object?.type !== 'blob') throw notFound()
  return answer(200, {
    sha: object.sha,
    node_id: nodeId('Blob', object.sha),
    size: object.content.length,
    url: blobUrl(call, object.sha),
    content: wrappedBase64(object.content),
    encoding: 'base64',
  })
}

/** GitHub breaks base64 into lines of 60 characters. */
export const wrappedBase64 = (content: Buffer): string =>
  content.toString('base64').replace(/.{1,60}/g, '$&\n')

/** One line of git update-index --index-info; a hash of null removes the path. */
async function indexLine(git: Git, entry: Fields): Promise<string> {
  const path = requiredString(entry, 'path')
  if (/[\0\n]/.test(path)) throw new Refusal(422, 'tree.path contains a malformed path component')
  if (entry.sha === null) return `0 ${'0'.repeat(40)}\t${path}\n`
  const mode = requiredString(entry, 'mode')
  const content = optionalString(entry, 'content')
  const sha =
    content === undefined
      ? requiredString(entry, 'sha')
      : await writeBlob(git, Buffer.from(content))
  if ((await git.type(sha)) === undefined) throw new Refusal(422, 'tree.sha does not exist')
  return `${mode} ${sha}\t${path}\n`
}

/** Through an index of its own, so that nested paths and concurrent requests are git's business. */
export async function writeTree(
  git: Git,
  base: string | undefined,
  changes: readonly string[],
): Promise<string> {
  const index = join(git.directory, `index-${randomUUID()}`)
  const environment = { GIT_INDEX_FILE: index }
  try {
    await git.run(['read-tree', ...(base === undefined ? ['--empty'] : [base])], { environment })
    const folders = changes.filter((line) => line.startsWith('040000 '))
    const files = changes.filter((line) => !line.startsWith('040000 '))
    for (const folder of folders) {
      const [, sha = '', path = ''] = /^040000 (\S+)\t(.*)\n$/.exec(folder) ?? []
      await git.run(['read-tree', `--prefix=${path}/`, sha], { environment })
    }
    await git.run(['update-index', '--index-info'], { environment, input: files.join('') })
    return await git.line(['write-tree'], { environment })
  } finally {
    await rm(index, { force: true })
  }
}

const treeOf = (git: Git, commit: string | undefined): Promise<string | undefined> =>
  commit === undefined ? Promise.resolve(undefined) : git.shaAt(commit, '')

async function renderTree(call: Call, sha: string, recursive: boolean) {
  const { addresses, repository } = call
  const entries = await readTree(repository.git, sha, recursive)
  const url = (type: string, entry: string) =>
    addresses.api(repository.name, `/git/${type}s/${entry}`)
  return {
    sha,
    url: url('tree', sha),
    truncated: false,
    tree: entries.map((entry) => ({ ...entry, url: url(entry.type, entry.sha) })),
  }
}

const blobUrl = ({ addresses, repository }: Call, sha: string): string =>
  addresses.api(repository.name, `/git/blobs/${sha}`)
