import type { Permissions } from '@recovery-playbook/local-github'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { isMapping } from './github-libraries.ts'
import { find, pairsOf, wordAt, WorkflowError } from './tokens.ts'

type Level = Permissions[string]

const scopes =
  'actions attestations checks contents deployments discussions id-token issues packages pages ' +
  'pull-requests security-events statuses'

const all = (level: Level): Permissions =>
  Object.fromEntries(scopes.split(' ').map((scope) => [scope, level]))

/** What a workflow without `permissions` gets in a repository that was made with GitHub's defaults. */
const defaultPermissions: Permissions = { contents: 'read', packages: 'read' }

/** Of a job: its own `permissions`, else the workflow's, else the caller's or GitHub's default. */
export function permissionsOf(
  root: TemplateToken,
  job: TemplateToken,
  caller: Permissions | undefined,
): Permissions {
  const token = find(job, 'permissions') ?? find(root, 'permissions')
  if (token === undefined) return caller ?? defaultPermissions
  if (!isMapping(token)) return all(wordAt(token) === 'write-all' ? 'write' : 'read')
  const granted = pairsOf(token).filter(({ value }) => wordAt(value) !== 'none')
  return Object.fromEntries(
    granted.map(({ key, value }) => [key.toString(), wordAt(value) as Level]),
  )
}

/** A called workflow can only keep or lower its caller's permissions; GitHub refuses to start it. */
export function requireWithin(
  path: string,
  job: TemplateToken,
  wanted: Permissions,
  caller: Permissions | undefined,
): void {
  if (caller === undefined) return
  for (const [scope, level] of Object.entries(wanted)) {
    if (caller[scope] === 'write' || caller[scope] === level) continue
    const allowed = caller[scope] ?? 'none'
    const why = `the called job requests '${scope}: ${level}' but is only allowed '${scope}: ${allowed}'`
    throw new WorkflowError(path, find(job, 'permissions') ?? job, why)
  }
}

/** A pull request from a fork gets a token that only reads, and no secrets. */
export const readOnly = (permissions: Permissions): Permissions =>
  Object.fromEntries(Object.keys(permissions).map((scope) => [scope, 'read']))
