import { notFound, validationFailed } from './errors.ts'
import { answer, nodeId, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { jsonBody, oneOf, optionalString, requiredString } from './json-body.ts'
import { page } from './paging.ts'
import { renderActionsBot, renderOwner } from './people.ts'
import { renderFullRepository } from './repository-rendering.ts'
import { nextId } from './repository.ts'
import type { Route } from './router.ts'
import type { PullRecord } from './state.ts'

/** docs.github.com/rest/pulls/pulls: between branches of one repository. */
export const pullRoutes: readonly Route[] = [
  { method: 'GET', path: '/pulls', needs: ['pull-requests', 'read'], handle: list },
  { method: 'GET', path: '/pulls/{number}', needs: ['pull-requests', 'read'], handle: get },
  { method: 'POST', path: '/pulls', needs: ['pull-requests', 'write'], handle: create },
  { method: 'PATCH', path: '/pulls/{number}', needs: ['pull-requests', 'write'], handle: update },
]

/** Newest first. `head` is `owner:branch`. */
async function list(call: Call): Promise<Answer> {
  const { query, repository } = call
  const [owner = ''] = repository.name.split('/')
  const state = query.get('state') ?? 'open'
  const head = query.get('head')
  const found = (repository.state.pulls ?? [])
    .filter((pull) => state === 'all' || pull.state === state)
    .filter((pull) => head === null || head === `${owner}:${pull.head}`)
    .toReversed()
  const rendered = new Map<PullRecord, unknown>()
  for (const pull of found) rendered.set(pull, await renderPull(call, pull))
  return page(call, found, (pull) => rendered.get(pull))
}

async function get(call: Call): Promise<Answer> {
  const pull = call.repository.state.pulls?.find(
    ({ number }) => String(number) === call.variables.number,
  )
  if (pull === undefined) throw notFound()
  return answer(200, await renderFull(call, pull))
}

async function create(call: Call): Promise<Answer> {
  const fields = await jsonBody(call)
  const { git } = call.repository
  const [owner = ''] = call.repository.name.split('/')
  const head = requiredString(fields, 'head').replace(`${owner}:`, '')
  const base = requiredString(fields, 'base')
  for (const [field, branch] of Object.entries({ head, base })) {
    if ((await git.commitSha(`refs/heads/${branch}`)) === undefined)
      throw validationFailed({ resource: 'PullRequest', code: 'invalid', field })
  }
  const now = timestamp(call.now())
  const pull = await call.repository.change((state) => {
    const pulls = state.pulls ?? []
    if (pulls.some((one) => one.state === 'open' && one.head === head && one.base === base)) {
      throw validationFailed({ resource: 'PullRequest', code: 'custom', field: 'head' })
    }
    const made: PullRecord = {
      id: nextId(state),
      number: state.issues.length + pulls.length + 1,
      title: requiredString(fields, 'title'),
      body: optionalString(fields, 'body') ?? null,
      ...{ head, base, state: 'open', createdAt: now, updatedAt: now, closedAt: null },
    }
    state.pulls = [...pulls, made]
    return made
  })
  return answer(201, await renderFull(call, pull))
}

async function update(call: Call): Promise<Answer> {
  const fields = await jsonBody(call)
  const state = oneOf(fields, 'state', ['open', 'closed'])
  const now = timestamp(call.now())
  const pull = await call.repository.change((all) => {
    const found = all.pulls?.find(({ number }) => String(number) === call.variables.number)
    if (found === undefined) throw notFound()
    found.title = optionalString(fields, 'title') ?? found.title
    found.body = optionalString(fields, 'body') ?? found.body
    if (state !== undefined && state !== found.state) {
      found.state = state
      found.closedAt = state === 'closed' ? now : null
    }
    found.updatedAt = now
    return found
  })
  return answer(200, await renderFull(call, pull))
}

/** The schema `pull-request`. */
const renderFull = async (call: Call, pull: PullRecord) => ({
  ...(await renderPull(call, pull)),
  ...{ additions: 0, deletions: 0, changed_files: 1, commits: 1, comments: 0, review_comments: 0 },
  ...{ mergeable: null, mergeable_state: 'unknown', merged: false, merged_by: null },
  ...{ maintainer_can_modify: false, rebaseable: null },
})

/** The schema `pull-request-simple`. */
async function renderPull(call: Call, pull: PullRecord) {
  const { addresses, repository } = call
  const [login = ''] = repository.name.split('/')
  const url = addresses.api(repository.name, `/pulls/${pull.number}`)
  const issue = addresses.api(repository.name, `/issues/${pull.number}`)
  const html = addresses.page(repository.name, `/pull/${pull.number}`)
  const owner = renderOwner(addresses, login)
  const side = async (branch: string) => ({
    label: `${login}:${branch}`,
    ref: branch,
    // Of a branch that is gone GitHub still knows the last commit.
    sha: (await repository.git.commitSha(`refs/heads/${branch}`)) ?? '0'.repeat(40),
    user: owner,
    repo: renderFullRepository(call),
  })
  const head = await side(pull.head)
  const statuses = addresses.api(repository.name, `/statuses/${head.sha}`)
  const below = {
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: addresses.api(repository.name, '/pulls/comments{/number}'),
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
  }
  const link = (href: string) => ({ href })
  return {
    ...{ id: pull.id, node_id: nodeId('PullRequest', pull.id), number: pull.number },
    ...{
      url,
      html_url: html,
      issue_url: issue,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
    },
    ...below,
    ...{ state: pull.state, locked: false, title: pull.title, body: pull.body, draft: false },
    user: renderActionsBot(addresses),
    ...{ labels: [], milestone: null, assignee: null, assignees: [], requested_reviewers: [] },
    ...{ requested_teams: [], auto_merge: null, active_lock_reason: null },
    author_association: 'CONTRIBUTOR',
    ...{ created_at: pull.createdAt, updated_at: pull.updatedAt, closed_at: pull.closedAt },
    ...{ merged_at: null, merge_commit_sha: null },
    head,
    base: await side(pull.base),
    _links: {
      self: link(url),
      html: link(html),
      issue: link(issue),
      comments: link(below.comments_url),
      review_comments: link(below.review_comments_url),
      review_comment: link(below.review_comment_url),
      commits: link(below.commits_url),
      statuses: link(statuses),
    },
  }
}
