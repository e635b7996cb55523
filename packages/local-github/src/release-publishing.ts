import { validationFailed } from './errors.ts'
import type { Violation } from './errors.ts'
import { timestamp } from './exchange.ts'
import type { Call } from './exchange.ts'
import { readCommit } from './git-objects.ts'
import { oneOf, optionalBoolean, optionalString } from './json-body.ts'
import type { Fields } from './json-body.ts'
import type { ReleaseRecord, RepositoryState } from './state.ts'
import { enforceWorkflowFileRule } from './workflow-file-rule.ts'

/** What a request says about a release; what it leaves out stays as it is. */
export interface ReleaseFields {
  readonly tagName: string | undefined
  readonly targetCommitish: string | undefined
  readonly name: string | undefined
  readonly body: string | undefined
  readonly draft: boolean | undefined
  readonly prerelease: boolean | undefined
  /** A string, not a boolean. */
  readonly makeLatest: 'true' | 'false' | 'legacy' | undefined
}

const longestBody = 125_000

export function fieldsOf(body: Fields): ReleaseFields {
  const fields = {
    tagName: optionalString(body, 'tag_name'),
    targetCommitish: optionalString(body, 'target_commitish'),
    name: optionalString(body, 'name'),
    body: optionalString(body, 'body'),
    draft: optionalBoolean(body, 'draft'),
    prerelease: optionalBoolean(body, 'prerelease'),
    makeLatest: oneOf(body, 'make_latest', ['true', 'false', 'legacy']),
  }
  if ((fields.body?.length ?? 0) > longestBody) {
    throw refused('body', `body is too long (maximum is ${longestBody} characters)`)
  }
  return fields
}

/** Everything that a release takes over from a request but being published. */
export async function applyFields(
  call: Call,
  release: ReleaseRecord,
  fields: ReleaseFields,
): Promise<void> {
  if (release.immutable) refuseFrozenFields(release, fields)
  const { git } = call.repository
  release.tagName = fields.tagName ?? release.tagName
  release.targetCommitish = fields.targetCommitish ?? release.targetCommitish
  release.name = fields.name ?? release.name
  release.body = fields.body ?? release.body
  release.prerelease = fields.prerelease ?? release.prerelease
  if (!(await git.isWellFormed(`refs/tags/${release.tagName}`))) throw malformedTag()
  const tagged = await git.commitSha(`refs/tags/${release.tagName}`)
  // A target that is sent is judged even where the tag exists already: cli/cli#9514.
  const sent = fields.targetCommitish
  const target = sent === undefined ? undefined : await git.commitSha(sent)
  await enforceWorkflowFileRule(call.token, call.repository, tagged)
  await enforceWorkflowFileRule(call.token, call.repository, target)
  if (tagged !== undefined) await dateByCommit(call, release, tagged)
}

/**
 * Makes a release visible to everybody: the tag is made where it is missing (lightweight, at
 * `target_commitish`), and in a repository with immutable releases everything is frozen.
 */
export async function publish(
  call: Call,
  state: RepositoryState,
  release: ReleaseRecord,
  fields: ReleaseFields,
): Promise<void> {
  const taken = state.releases.some(
    ({ id, draft, tagName }) => !draft && id !== release.id && tagName === release.tagName,
  )
  if (taken) {
    throw validationFailed({ resource: 'Release', code: 'already_exists', field: 'tag_name' })
  }
  if (!release.immutable && state.immutableTags.includes(release.tagName)) throw tagUsedUp()
  await dateByCommit(call, release, await ensureTag(call, release))
  const first = release.draft
  release.draft = false
  release.publishedAt ??= timestamp(call.now())
  if (state.immutableReleases && first) {
    release.immutable = true
    state.immutableTags = [...new Set([...state.immutableTags, release.tagName])]
  }
  markLatest(state, release, fields.makeLatest ?? (first ? 'true' : undefined))
}

/** `created_at` is the commit's date, not the release's: docs.github.com/rest/releases/releases */
async function dateByCommit(call: Call, release: ReleaseRecord, sha: string): Promise<void> {
  const commit = await readCommit(call.repository.git, sha)
  if (commit !== undefined) release.createdAt = commit.committer.date
}

async function ensureTag(call: Call, release: ReleaseRecord): Promise<string> {
  const { git } = call.repository
  const ref = `refs/tags/${release.tagName}`
  const existing = await git.commitSha(ref)
  if (existing !== undefined) return existing
  if ((await call.repository.head()) === undefined) {
    throw validationFailed({ resource: 'Release', code: 'custom', message: 'Repository is empty.' })
  }
  const target = await git.commitSha(release.targetCommitish)
  if (target === undefined) {
    throw validationFailed({ resource: 'Release', code: 'invalid', field: 'target_commitish' })
  }
  await enforceWorkflowFileRule(call.token, call.repository, target)
  await git.run(['update-ref', ref, target, '0'.repeat(40)])
  return target
}

/** `make_latest` of a published release; left out, nothing changes. */
export function markLatest(
  state: RepositoryState,
  release: ReleaseRecord,
  makeLatest: ReleaseFields['makeLatest'],
): void {
  if (makeLatest === 'true' && !release.prerelease) state.latestRelease = release.id
  if (makeLatest === 'false' && state.latestRelease === release.id) state.latestRelease = null
}

/** Title, notes, prerelease and latest stay open; measured in github/docs#45718. */
function refuseFrozenFields(release: ReleaseRecord, fields: ReleaseFields): void {
  const moved = fields.tagName !== undefined && fields.tagName !== release.tagName
  if (moved) throw refused('tag_name', 'tag_name cannot be changed on an immutable release')
  if (fields.draft === true) throw refused('draft', 'draft cannot be set on an immutable release')
}

const refused = (field: string, message: string) =>
  validationFailed({ resource: 'Release', code: 'custom', field, message })

const withoutTag: Violation = {
  resource: 'Release',
  code: 'custom',
  message: 'Published releases must have a valid tag',
}

/** GitHub's words: github-community-projects/ospo-reusable-workflows#83 */
const tagUsedUp = () =>
  validationFailed(
    {
      resource: 'Release',
      code: 'custom',
      field: 'tag_name',
      message: 'tag_name was used by an immutable release',
    },
    withoutTag,
  )

/** GitHub's words: yegor256/rultor#856 */
const malformedTag = () =>
  validationFailed(
    {
      resource: 'Release',
      code: 'custom',
      field: 'tag_name',
      message: 'tag_name is not a valid tag',
    },
    {
      resource: 'Release',
      code: 'custom',
      field: 'tag_name',
      message: 'tag_name is not well-formed',
    },
    withoutTag,
  )
