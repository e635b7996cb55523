import { authorship, botNow } from './authorship.ts'
import { Refusal, invalidRequest, notFound } from './errors.ts'
import { answer, nodeId } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { readCommit, writeCommit } from './git-objects.ts'
import type { Commit } from './git-objects.ts'
import { jsonBody, optionalArray, requiredString } from './json-body.ts'
import { refuseEmpty } from './refs.ts'
import type { Route } from './router.ts'
import { unsigned } from './tags.ts'

/** docs.github.com/rest/git/commits and docs.github.com/rest/commits/commits */
export const commitRoutes: readonly Route[] = [
  { method: 'POST', path: '/git/commits', needs: ['contents', 'write'], handle: create },
  { method: 'GET', path: '/git/commits/{sha}', needs: ['contents', 'read'], handle: getObject },
  { method: 'GET', path: '/commits/{+ref}', needs: ['contents', 'read'], handle: get },
  { method: 'GET', path: '/compare/{+basehead}', needs: ['contents', 'read'], handle: compare },
]

async function create(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const fields = await jsonBody(call)
  const { git } = call.repository
  const tree = requiredString(fields, 'tree')
  const parents = (optionalArray(fields, 'parents') ?? []).map(String)
  if ((await git.object(tree))?.type !== 'tree') throw new Refusal(422, 'Tree SHA does not exist')
  for (const parent of parents) {
    if ((await git.object(parent))?.type !== 'commit') {
      throw new Refusal(422, 'Parent SHA does not exist or is not a commit object')
    }
  }
  const author = authorship(call, fields, 'author') ?? botNow(call)
  const committer = authorship(call, fields, 'committer') ?? author
  const message = requiredString(fields, 'message')
  const commit = { tree, parents, author, committer, message }
  const rendered = renderGitCommit(call, { ...commit, sha: await writeCommit(git, commit) })
  return answer(201, rendered, { location: rendered.url })
}

async function getObject(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const { sha = '' } = call.variables
  const commit = isSha(sha) ? await readCommit(call.repository.git, sha) : undefined
  if (commit === undefined) throw notFound()
  return answer(200, renderGitCommit(call, commit))
}

/** By hash, branch or tag. */
async function get(call: Call): Promise<Answer> {
  const { ref = '' } = call.variables
  return answer(200, renderCommit(call, await commitNamed(call, ref)))
}

async function compare(call: Call): Promise<Answer> {
  const { basehead = '' } = call.variables
  const [base = '', head = ''] = basehead.split('...')
  const [from, to] = [await commitNamed(call, base), await commitNamed(call, head)]
  const { git } = call.repository
  const shared = await git.line(['merge-base', from.sha, to.sha]).catch(() => undefined)
  const common = shared === undefined ? undefined : await readCommit(git, shared)
  if (common === undefined) throw new Refusal(404, `No common ancestor between ${basehead}.`)
  const ahead = await listed(call, `${from.sha}..${to.sha}`)
  const behind = await listed(call, `${to.sha}..${from.sha}`)
  const files = await changedFiles(call, common.sha, to.sha)
  const commits = await Promise.all(ahead.slice(0, 250).map((sha) => commitNamed(call, sha)))
  const path = encodeURI(`/compare/${basehead}`)
  const page = call.addresses.page(call.repository.name, path)
  return answer(200, {
    url: call.addresses.api(call.repository.name, path),
    html_url: page,
    permalink_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    base_commit: renderCommit(call, from),
    merge_base_commit: renderCommit(call, common),
    status: relation(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: commits.map((commit) => renderCommit(call, commit)),
    files,
  })
}

const states: Readonly<Record<string, string>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
}

/** From the common ancestor on; GitHub lists 300 at most. */
async function changedFiles(call: Call, from: string, to: string) {
  const { git, name } = call.repository
  const words = ['diff', '--raw', '-z', '--no-abbrev', '--find-renames', from, to]
  const fields = (await git.line(words)).split('\0')
  const files = []
  while (fields.length > 1 && files.length < 300) {
    const [, , , sha = '', state = ''] = fields.shift()?.split(' ') ?? []
    const previous = state.startsWith('R') ? fields.shift() : undefined
    const filename = fields.shift() ?? ''
    const url = (kind: string) => `${call.addresses.page(name, `/${kind}/${to}`)}/${filename}`
    files.push({
      ...{ sha, filename, status: states[state.charAt(0)] ?? 'changed' },
      ...{ additions: 0, deletions: 0, changes: 0 },
      ...{ blob_url: url('blob'), raw_url: url('raw') },
      contents_url: call.addresses.api(name, `/contents/${filename}?ref=${to}`),
      ...(previous !== undefined && { previous_filename: previous }),
    })
  }
  return files
}

export async function commitNamed(call: Call, name: string): Promise<Commit> {
  await refuseEmpty(call)
  const { git } = call.repository
  const commit = (await readCommit(git, name)) ?? (await readCommit(git, `refs/${name}`))
  if (commit !== undefined) return commit
  if (isSha(name)) throw new Refusal(422, `No commit found for SHA: ${name}`)
  throw name === '' ? invalidRequest('"ref" wasn\'t supplied.') : notFound()
}

export const isSha = (text: string): boolean => /^[0-9a-f]{40}$/.test(text)

async function listed({ repository }: Call, range: string): Promise<string[]> {
  const output = await repository.git.line(['rev-list', '--reverse', range])
  return output === '' ? [] : output.split('\n')
}

function relation(ahead: number, behind: number): string {
  if (ahead > 0 && behind > 0) return 'diverged'
  if (ahead === 0 && behind === 0) return 'identical'
  return ahead > 0 ? 'ahead' : 'behind'
}

export function renderGitCommit({ addresses, repository }: Call, commit: Commit) {
  const url = (path: string) => addresses.api(repository.name, path)
  const page = (sha: string) => addresses.page(repository.name, `/commit/${sha}`)
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: url(`/git/commits/${commit.sha}`),
    html_url: page(commit.sha),
    author: commit.author,
    committer: commit.committer,
    message: commit.message,
    tree: { sha: commit.tree, url: url(`/git/trees/${commit.tree}`) },
    parents: commit.parents.map((sha) => ({
      sha,
      url: url(`/git/commits/${sha}`),
      html_url: page(sha),
    })),
    verification: unsigned,
  }
}

/** The other shape of a commit, with the accounts behind it; nobody here has one. */
function renderCommit(call: Call, commit: Commit) {
  const { author, committer, message, tree, verification, html_url, parents, node_id } =
    renderGitCommit(call, commit)
  const url = call.addresses.api(call.repository.name, `/commits/${commit.sha}`)
  const git = call.addresses.api(call.repository.name, `/git/commits/${commit.sha}`)
  return {
    url,
    sha: commit.sha,
    node_id,
    html_url,
    comments_url: `${url}/comments`,
    commit: { url: git, author, committer, message, tree, comment_count: 0, verification },
    author: null,
    committer: null,
    parents,
  }
}
