import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { IncomingHttpHeaders } from 'node:http'
import { badCredentials } from './errors.ts'

export type Level = 'read' | 'write'

/** A workflow's `permissions`, e.g. `{ contents: 'write', issues: 'read' }`. */
export type Permissions = Readonly<Record<string, Level>>

export interface Token {
  readonly value: string
  /** A GITHUB_TOKEN is for one repository: `owner/name`. */
  readonly repository: string
  readonly permissions: Permissions
  readonly expiresAt: string | null
  /** The repository's own token, which a restart hands out again. */
  readonly standing: boolean
}

/** Everything that a workflow can give its GITHUB_TOKEN and that is served here. */
const everyPermission: Permissions = {
  actions: 'write',
  contents: 'write',
  issues: 'write',
  'pull-requests': 'write',
  statuses: 'write',
}

export const grants = (token: Token, permission: string, level: Level): boolean => {
  const granted = token.permissions[permission]
  return granted === 'write' || (granted === 'read' && level === 'read')
}

/** The tokens that were issued, in a file, so that they outlive a restart. */
export class TokenBook {
  readonly #path: string
  readonly #now: () => Date
  readonly #tokens: Token[]

  constructor(path: string, now: () => Date) {
    this.#path = path
    this.#now = now
    this.#tokens = readTokens(path)
  }

  issue(repository: string, permissions: Permissions, expiresAt?: Date): string {
    return this.#add({
      value: newValue(),
      repository,
      permissions,
      expiresAt: expiresAt?.toISOString() ?? null,
      standing: false,
    })
  }

  /** The repository's own token, with every permission; the same one after a restart. */
  standing(repository: string): string {
    const found = this.#tokens.find((token) => token.standing && token.repository === repository)
    if (found !== undefined) return found.value
    return this.#add({
      value: newValue(),
      repository,
      permissions: everyPermission,
      expiresAt: null,
      standing: true,
    })
  }

  /**
   * Whose request it is; undefined for an anonymous one.
   *
   * @throws Refusal 401 for a token that was never issued, or has expired
   */
  bearer({ authorization }: IncomingHttpHeaders): Token | undefined {
    if (authorization === undefined) return undefined
    const value = presented(authorization)
    const token = this.#tokens.find((one) => one.value === value)
    if (token === undefined) throw badCredentials()
    if (token.expiresAt !== null && new Date(token.expiresAt) <= this.#now()) throw badCredentials()
    return token
  }

  #add(token: Token): string {
    this.#tokens.push(token)
    mkdirSync(dirname(this.#path), { recursive: true })
    const written = `${this.#path}.new`
    writeFileSync(written, JSON.stringify(this.#tokens, null, 2), { mode: 0o600 })
    renameSync(written, this.#path)
    return token.value
  }
}

/** ghs_ is the prefix of tokens of apps; GITHUB_TOKEN is one. */
const newValue = (): string => `ghs_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`

/** `Bearer`, `token`, and Basic with the token as the password, as git and curl -u send it. */
function presented(authorization: string): string | undefined {
  const [scheme = '', credentials = ''] = authorization.split(/\s+/, 2)
  if (/^(bearer|token)$/i.test(scheme)) return credentials
  if (!/^basic$/i.test(scheme)) return undefined
  const [, password] = Buffer.from(credentials, 'base64').toString('utf8').split(':', 2)
  return password
}

function readTokens(path: string): Token[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Token[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
