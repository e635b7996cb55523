import { Refusal, notFound, validationFailed } from './errors.ts'
import { answer, nodeId, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { jsonBody, oneOf, optionalArray, optionalString, requiredString } from './json-body.ts'
import type { Fields } from './json-body.ts'
import { page } from './paging.ts'
import { renderActionsBot, renderPerson } from './people.ts'
import { nextId } from './repository.ts'
import type { Repository } from './repository.ts'
import type { Route } from './router.ts'
import type { Comment } from './settings.ts'
import type { CommentRecord, IssueRecord, RepositoryState } from './state.ts'

/** docs.github.com/rest/issues/issues and docs.github.com/rest/issues/comments */
export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: '/issues', needs: ['issues', 'read'], handle: list },
  { method: 'POST', path: '/issues', needs: ['issues', 'write'], handle: create },
  { method: 'GET', path: '/issues/{number}', needs: ['issues', 'read'], handle: get },
  { method: 'PATCH', path: '/issues/{number}', needs: ['issues', 'write'], handle: update },
  { method: 'GET', path: '/issues/{number}/comments', needs: ['issues', 'read'], handle: comments },
  {
    method: 'POST',
    path: '/issues/{number}/comments',
    needs: ['issues', 'write'],
    handle: comment,
  },
]

function list(call: Call): Promise<Answer> {
  const state = call.query.get('state') ?? 'open'
  const labels = (call.query.get('labels') ?? '').split(',').filter((label) => label !== '')
  const found = call.repository.state.issues
    .filter((issue) => state === 'all' || issue.state === state)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .toSorted((a, b) => b.number - a.number)
  if (call.query.get('direction') === 'asc') found.reverse()
  return Promise.resolve(page(call, found, (issue) => renderIssue(call, issue)))
}

async function create(call: Call): Promise<Answer> {
  const fields = await jsonBody(call)
  const title = requiredString(fields, 'title')
  if (title.trim() === '') {
    throw validationFailed({ resource: 'Issue', code: 'missing_field', field: 'title' })
  }
  const now = timestamp(call.now())
  const issue = await call.repository.change((state) => {
    const made: IssueRecord = {
      id: nextId(state),
      number: state.issues.length + 1,
      title,
      body: optionalString(fields, 'body') ?? null,
      state: 'open',
      stateReason: null,
      labels: labelNames(fields) ?? [],
      createdAt: now,
      updatedAt: now,
      closedAt: null,
      comments: [],
    }
    state.issues.push(made)
    return made
  })
  const rendered = renderIssue(call, issue)
  return answer(201, rendered, { location: rendered.url })
}

async function get(call: Call): Promise<Answer> {
  return Promise.resolve(answer(200, renderIssue(call, issueOf(call, call.repository.state))))
}

async function update(call: Call): Promise<Answer> {
  const fields = await jsonBody(call)
  const state = oneOf(fields, 'state', ['open', 'closed'])
  const reason = oneOf(fields, 'state_reason', [
    'completed',
    'not_planned',
    'duplicate',
    'reopened',
  ])
  const now = timestamp(call.now())
  const issue = await call.repository.change((all) => {
    const found = issueOf(call, all)
    found.title = optionalString(fields, 'title') ?? found.title
    found.body = optionalString(fields, 'body') ?? found.body
    found.labels = labelNames(fields) ?? found.labels
    if (state !== undefined && state !== found.state) {
      found.state = state
      found.closedAt = state === 'closed' ? now : null
      found.stateReason = reason ?? (state === 'closed' ? 'completed' : 'reopened')
    }
    found.updatedAt = now
    return found
  })
  return answer(200, renderIssue(call, issue))
}

async function comments(call: Call): Promise<Answer> {
  const { number, comments: all } = talkOf(call.repository.state, call.variables.number)
  const render = (one: CommentRecord) => renderComment(call, number, one)
  return Promise.resolve(page(call, all, render))
}

async function comment(call: Call): Promise<Answer> {
  const body = requiredString(await jsonBody(call), 'body')
  if (body.trim() === '') throw new Refusal(422, 'Validation Failed: body cannot be blank')
  const now = timestamp(call.now())
  const rendered = await call.repository.change((state) => {
    const talk = talkOf(state, call.variables.number)
    const made = { id: nextId(state), body, createdAt: now, updatedAt: now }
    talk.comments.push(made)
    talk.updatedAt = now
    return renderComment(call, talk.number, made)
  })
  return answer(201, rendered, { location: rendered.url })
}

/** A person's, who has no token here. */
export async function addComment(
  repository: Repository,
  number: number,
  comment: Comment,
  now: () => Date,
): Promise<void> {
  const { login, body, edited = false } = comment
  const createdAt = timestamp(now())
  const updatedAt = edited ? timestamp(new Date(now().getTime() + 60_000)) : createdAt
  await repository.change((state) => {
    const made = { id: nextId(state), login, body, createdAt, updatedAt }
    const talk = talkOf(state, String(number))
    talk.comments.push(made)
    talk.updatedAt = createdAt
  })
}

/** Every pull request is an issue, too, as far as people talk about it. */
function talkOf(state: RepositoryState, number: string | undefined) {
  const issue = state.issues.find((one) => String(one.number) === number)
  if (issue !== undefined) return issue
  const pull = state.pulls?.find((one) => String(one.number) === number)
  if (pull === undefined) throw notFound()
  return Object.assign(pull, { comments: pull.comments ?? [] })
}

function issueOf(call: Call, state: RepositoryState): IssueRecord {
  const found = state.issues.find(({ number }) => String(number) === call.variables.number)
  if (found === undefined) throw notFound()
  return found
}

/** Labels are given by name, or as objects with a name; an unknown one is made on the way. */
function labelNames(fields: Fields): string[] | undefined {
  return optionalArray(fields, 'labels')?.map((label) =>
    typeof label === 'string' ? label : requiredString(label as Fields, 'name'),
  )
}

function renderIssue(call: Call, issue: IssueRecord) {
  const { addresses, repository } = call
  const url = addresses.api(repository.name, `/issues/${issue.number}`)
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    url,
    repository_url: addresses.api(repository.name),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: addresses.page(repository.name, `/issues/${issue.number}`),
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: renderActionsBot(addresses),
    labels: issue.labels.map((name) => renderLabel(call, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: issue.closedAt,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    author_association: 'NONE',
  }
}

const renderLabel = ({ addresses, repository }: Call, name: string) => ({
  id: 1,
  node_id: nodeId('Label', name),
  url: addresses.api(repository.name, `/labels/${encodeURIComponent(name)}`),
  name,
  description: null,
  color: 'ededed',
  default: false,
})

function renderComment({ addresses, repository }: Call, number: number, one: CommentRecord) {
  const page = addresses.page(repository.name, `/issues/${number}`)
  return {
    id: one.id,
    node_id: nodeId('IssueComment', one.id),
    url: addresses.api(repository.name, `/issues/comments/${one.id}`),
    html_url: `${page}#issuecomment-${one.id}`,
    issue_url: addresses.api(repository.name, `/issues/${number}`),
    body: one.body,
    user:
      one.login === undefined ? renderActionsBot(addresses) : renderPerson(addresses, one.login),
    created_at: one.createdAt,
    updated_at: one.updatedAt,
    author_association: 'NONE',
  }
}
