import { Refusal, invalidRequest, notAccessible, notFound, repositoryEmpty } from './errors.ts'
import { answer, nodeId, noContent } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { GitFailure } from './git.ts'
import type { GitRef } from './git.ts'
import { jsonBody, optionalBoolean, requiredString } from './json-body.ts'
import type { Route } from './router.ts'
import { enforceWorkflowFileRule } from './workflow-file-rule.ts'

/** docs.github.com/rest/git/refs */
export const refRoutes: readonly Route[] = [
  { method: 'GET', path: '/git/ref/{+ref}', needs: ['contents', 'read'], handle: get },
  {
    method: 'GET',
    path: '/git/matching-refs/{+ref}',
    needs: ['contents', 'read'],
    handle: matching,
  },
  { method: 'POST', path: '/git/refs', needs: ['contents', 'write'], handle: create },
  { method: 'PATCH', path: '/git/refs/{+ref}', needs: ['contents', 'write'], handle: update },
  { method: 'DELETE', path: '/git/refs/{+ref}', needs: ['contents', 'write'], handle: remove },
]

const noRef = '0'.repeat(40)

async function get(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const found = await call.repository.git.ref(named(call))
  if (found === undefined) throw notFound()
  return answer(200, renderRef(call, found))
}

/** Every ref that begins so; an empty list, never 404, when there is none. */
async function matching(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const refs = await call.repository.git.refs(named(call))
  return answer(
    200,
    refs.map((ref) => renderRef(call, ref)),
  )
}

async function create(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const fields = await jsonBody(call)
  const ref = requiredString(fields, 'ref')
  const sha = requiredString(fields, 'sha')
  const { git } = call.repository
  if (!/^refs\/[^/]+\/./.test(ref) || !(await git.isWellFormed(ref))) {
    throw new Refusal(422, `${ref} is not a valid ref name.`)
  }
  await requireObject(call, sha)
  if ((await git.ref(ref)) !== undefined) throw new Refusal(422, 'Reference already exists')
  refuseUsedUpTag(call, ref)
  await enforceForTags(call, ref, sha)
  await git.run(['update-ref', '--no-deref', ref, sha, noRef]).catch(async (error: unknown) => {
    if (!(error instanceof GitFailure)) throw error
    if ((await git.ref(ref)) !== undefined) throw new Refusal(422, 'Reference already exists')
    throw new Refusal(422, 'Reference update failed')
  })
  const made = { ref, sha, type: (await git.type(sha)) ?? 'commit' }
  return answer(201, renderRef(call, made), { location: refUrl(call, ref) })
}

async function update(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const fields = await jsonBody(call)
  const sha = requiredString(fields, 'sha')
  const force = optionalBoolean(fields, 'force') ?? false
  const { git } = call.repository
  const current = await git.ref(named(call))
  if (current === undefined) throw new Refusal(422, 'Reference does not exist')
  await requireObject(call, sha)
  refuseFrozenTag(call, current.ref)
  await enforceForTags(call, current.ref, sha)
  if (!force && !(await git.succeeds(['merge-base', '--is-ancestor', current.sha, sha]))) {
    throw new Refusal(422, 'Update is not a fast forward')
  }
  // Only from where it was looked at: of two writers at the same time one is too late.
  const from = force ? [] : [current.sha]
  await git.run(['update-ref', '--no-deref', current.ref, sha, ...from]).catch((error: unknown) => {
    if (!(error instanceof GitFailure)) throw error
    throw new Refusal(422, 'Update is not a fast forward')
  })
  const moved = { ref: current.ref, sha, type: (await git.type(sha)) ?? 'commit' }
  return answer(200, renderRef(call, moved))
}

async function remove(call: Call): Promise<Answer> {
  await refuseEmpty(call)
  const current = await call.repository.git.ref(named(call))
  if (current === undefined) throw new Refusal(422, 'Reference does not exist')
  refuseFrozenTag(call, current.ref)
  await call.repository.git.run(['update-ref', '--no-deref', '-d', current.ref])
  await unpublish(call, current.ref)
  return noContent
}

export async function refuseEmpty({ repository }: Call): Promise<void> {
  if ((await repository.git.refs('refs/')).length === 0) throw repositoryEmpty()
}

/** A release that loses its tag is a draft again: openml/automlbenchmark#429 */
async function unpublish({ repository }: Call, ref: string): Promise<void> {
  await repository.change((state) => {
    for (const release of state.releases) {
      if (ref === `refs/tags/${release.tagName}`) release.draft = true
    }
  })
}

/** Both `heads/main` and `refs/heads/main` are understood. */
const named = ({ variables }: Call): string => {
  const { ref = '' } = variables
  return ref.startsWith('refs/') ? ref : `refs/${ref}`
}

async function requireObject(call: Call, sha: string): Promise<void> {
  if (!/^[0-9a-f]{40}$/.test(sha)) {
    throw invalidRequest(`For 'properties/sha', ${JSON.stringify(sha)} is not a SHA.`)
  }
  if ((await call.repository.git.type(sha)) === undefined) {
    throw new Refusal(422, 'Object does not exist')
  }
}

async function enforceForTags(call: Call, ref: string, sha: string): Promise<void> {
  if (!ref.startsWith('refs/tags/')) return
  const commit = await call.repository.git.commitSha(sha)
  await enforceWorkflowFileRule(call.token, call.repository, commit)
}

/** docs.github.com/code-security/concepts/supply-chain-security/immutable-releases */
function refuseFrozenTag({ repository, token }: Call, ref: string): void {
  if (token === undefined) throw notAccessible()
  const frozen = repository.state.releases.some(
    ({ immutable, tagName }) => immutable && ref === `refs/tags/${tagName}`,
  )
  if (frozen) throw ruleViolation('Cannot update this protected ref.')
}

function refuseUsedUpTag({ repository }: Call, ref: string): void {
  const used = repository.state.immutableTags.some((tag) => ref === `refs/tags/${tag}`)
  if (used) throw ruleViolation('Cannot create ref due to creations being restricted.')
}

/** GitHub's words: github-community-projects/ospo-reusable-workflows#83 */
const ruleViolation = (rule: string) =>
  new Refusal(422, `Repository rule violations found\n\n${rule}\n\n`)

function renderRef(call: Call, { ref, sha, type }: GitRef) {
  return {
    ref,
    node_id: nodeId('Ref', ref),
    url: refUrl(call, ref),
    object: { type, sha, url: call.addresses.api(call.repository.name, `/git/${type}s/${sha}`) },
  }
}

const refUrl = ({ addresses, repository }: Call, ref: string): string =>
  addresses.api(repository.name, `/git/${ref.split('/').map(encodeURIComponent).join('/')}`)
