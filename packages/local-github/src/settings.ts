import type { Fault } from './faults.ts'
import type { Permissions } from './tokens.ts'
import type { RecordedRequest } from './recorder.ts'
import type { NewRun } from './runs.ts'
import type { RunRecord } from './state.ts'

export interface RepositorySettings {
  /** Default true: anonymous requests find nothing, and `browser_download_url` works for nobody. */
  private?: boolean
  /** Default false: publishing a release freezes its assets and its tag for ever. */
  immutableReleases?: boolean
  /** Default false: with true there is no commit at all, as in a repository that was just made. */
  empty?: boolean
  /** Names of the secrets that its workflows have; their values are nowhere. Default none. */
  secrets?: readonly string[]
  /** Of workflow files by path, where it is not `active`, such as `disabled_inactivity`. */
  workflowStates?: Readonly<Record<string, string>>
  /** What accounts may do here, by login; who is not named may read. */
  people?: People
}

type People = Readonly<Record<string, 'admin' | 'read' | 'write'>>

/** As a person writes it under an issue or a pull request. */
export interface Comment {
  login: string
  body: string
  /** Whether somebody, not always its author, has changed it since. Default false. */
  edited?: boolean
}

/** Content-creating requests (POST, PATCH, PUT, uploads) that are let through, per token. */
export interface SecondaryLimits {
  perMinute: number
  perHour: number
}

export interface LocalGithubSettings {
  /** State lives here and survives a restart; made when missing. */
  directory: string
  /** Default `acme/journal`; made with an initial commit on main when missing. */
  repository?: string
  private?: boolean
  immutableReleases?: boolean
  /** What accounts may do in it, by login; who is not named may read. */
  people?: People
  /** The server's clock: dates of releases, expiry of tokens and links, windows of rate limits. */
  now?: () => Date
  /** Requests an hour and repository for a token; default 1000, GitHub's for GITHUB_TOKEN. */
  rateLimit?: number
  /** Off by default. GitHub's own are `{ perMinute: 80, perHour: 500 }`. */
  secondaryLimits?: SecondaryLimits
}

export interface TokenOptions {
  /** Default: the first repository. */
  repository?: string
  /** From then on the token is answered with 401 Bad credentials. Default: never. */
  expiresAt?: Date
}

export interface LocalGithub {
  /** Origin that stands for api.github.com. */
  apiUrl: string
  /** Origin that stands for uploads.github.com. */
  uploadUrl: string
  /** Origin that stands for release-assets.githubusercontent.com: refuses an Authorization header. */
  assetUrl: string
  /** A token of GITHUB_TOKEN's kind with every permission such a token can have. */
  token: string
  /** The first repository, `owner/name`. */
  repository: string
  /** Path of the bare repository: real git clones from it and pushes to it. */
  gitDirectory(repository?: string): string
  /**
   * A further token. Like GITHUB_TOKEN it is bound by the workflow-file rule, unless it has
   * `workflows: 'write'`, which stands for a personal token or an app's.
   */
  issueToken(permissions: Permissions, options?: TokenOptions): string
  /** Lets a coming request fail. From outside: POST /_local/faults on the API origin. */
  arm(fault: Fault): void
  /** Every fault that was armed since the last disarm. From outside: GET /_local/faults. */
  faults(): Fault[]
  /** Forgets every armed fault. From outside: DELETE /_local/faults. */
  disarm(): void
  /** What was asked, in order of arrival. From outside: GET /_local/requests. */
  requests(): RecordedRequest[]
  /** A further repository; of one that exists, what the settings name is changed. */
  addRepository(name: string, settings?: RepositorySettings): Promise<void>
  /** A workflow run, as if Actions had made it. From outside: POST /_local/runs. */
  addWorkflowRun(run: NewRun, repository?: string): Promise<RunRecord>
  /** A person's comment on an issue or a pull request of the first repository. */
  addComment(number: number, comment: Comment): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
