import { commitNamed, isSha } from './commits.ts'
import { Refusal, validationFailed } from './errors.ts'
import { answer, nodeId, timestamp } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { jsonBody, oneOf, optionalString } from './json-body.ts'
import { page } from './paging.ts'
import { renderActionsBot } from './people.ts'
import { renderMinimalRepository } from './repository-rendering.ts'
import { nextId } from './repository.ts'
import type { Route } from './router.ts'
import type { StatusRecord } from './state.ts'

/** docs.github.com/rest/commits/statuses */
export const statusRoutes: readonly Route[] = [
  { method: 'POST', path: '/statuses/{sha}', needs: ['statuses', 'write'], handle: create },
  { method: 'GET', path: '/commits/{+ref}/statuses', needs: ['statuses', 'read'], handle: list },
  { method: 'GET', path: '/commits/{+ref}/status', needs: ['statuses', 'read'], handle: combined },
]

async function create(call: Call): Promise<Answer> {
  const { sha = '' } = call.variables
  const fields = await jsonBody(call)
  const given = oneOf(fields, 'state', ['error', 'failure', 'pending', 'success'])
  if (given === undefined) {
    throw validationFailed({ resource: 'Status', code: 'missing_field', field: 'state' })
  }
  if (!isSha(sha) || (await call.repository.git.commitSha(sha)) === undefined) {
    throw new Refusal(422, `No commit found for SHA: ${sha}`)
  }
  const status = await call.repository.change((state) => {
    const made: StatusRecord = {
      id: nextId(state),
      sha,
      state: given,
      context: optionalString(fields, 'context') ?? 'default',
      description: optionalString(fields, 'description') ?? null,
      targetUrl: optionalString(fields, 'target_url') ?? null,
      createdAt: timestamp(call.now()),
    }
    state.statuses.push(made)
    return made
  })
  return answer(201, renderStatus(call, status))
}

/** Newest first, superseded ones too. */
async function list(call: Call): Promise<Answer> {
  const { statuses } = await statusesOf(call)
  return page(call, statuses, (status) => renderStatus(call, status))
}

/** The newest status of each context, and what they add up to. */
async function combined(call: Call): Promise<Answer> {
  const { sha, statuses } = await statusesOf(call)
  const newest = statuses.filter(
    (status, index) => statuses.findIndex(({ context }) => context === status.context) === index,
  )
  const url = call.addresses.api(call.repository.name, `/commits/${sha}`)
  return page(
    call,
    newest,
    (status) => renderStatus(call, status),
    (shown) => ({
      state: verdict(newest),
      statuses: shown,
      sha,
      total_count: newest.length,
      repository: renderMinimalRepository(call),
      commit_url: url,
      url: `${url}/status`,
    }),
  )
}

async function statusesOf(call: Call) {
  const { sha } = await commitNamed(call, call.variables.ref ?? '')
  const statuses = call.repository.state.statuses.filter((status) => status.sha === sha).reverse()
  return { sha, statuses }
}

function verdict(statuses: readonly StatusRecord[]): string {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure'
  return statuses.length > 0 && statuses.every(({ state }) => state === 'success')
    ? 'success'
    : 'pending'
}

function renderStatus({ addresses, repository }: Call, status: StatusRecord) {
  const creator = renderActionsBot(addresses)
  return {
    url: addresses.api(repository.name, `/statuses/${status.sha}`),
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator,
  }
}
