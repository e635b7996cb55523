import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface AssetRecord {
  id: number
  /** As stored: GitHub rewrites special characters. */
  name: string
  label: string
  /** `starter` until the whole upload has arrived, and for ever when it never does. */
  state: 'starter' | 'uploaded'
  contentType: string
  size: number
  /** `sha256:…`, or null while there is nothing to digest. */
  digest: string | null
  downloads: number
  createdAt: string
  updatedAt: string
}

export interface ReleaseRecord {
  id: number
  tagName: string
  /** What a draft's page is called: drafts are not found by tag. */
  untagged: string
  targetCommitish: string
  name: string | null
  body: string | null
  draft: boolean
  prerelease: boolean
  immutable: boolean
  /** The date of the tagged commit, as GitHub has it; the time of making while there is none. */
  createdAt: string
  publishedAt: string | null
  updatedAt: string
  assets: AssetRecord[]
}

export interface CommentRecord {
  id: number
  body: string
  /** Without it the account behind GITHUB_TOKEN. */
  login?: string
  createdAt: string
  updatedAt: string
}

export interface IssueRecord {
  id: number
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  stateReason: 'completed' | 'reopened' | 'not_planned' | 'duplicate' | null
  labels: string[]
  createdAt: string
  updatedAt: string
  closedAt: string | null
  comments: CommentRecord[]
}

export interface StatusRecord {
  id: number
  sha: string
  state: 'error' | 'failure' | 'pending' | 'success'
  context: string
  description: string | null
  targetUrl: string | null
  createdAt: string
}

export interface RunRecord {
  id: number
  name: string
  /** The workflow's file, e.g. `.github/workflows/backup.yml`. */
  path: string
  event: string
  status: string
  conclusion: string | null
  headBranch: string
  headSha: string
  /** `owner/name` of a fork; without it the repository itself. */
  headRepository?: string
  runNumber: number
  runAttempt: number
  createdAt: string
  updatedAt: string
}

export interface PullRecord {
  id: number
  number: number
  title: string
  body: string | null
  /** Names of branches. */
  head: string
  base: string
  state: string
  comments?: CommentRecord[]
  createdAt: string
  updatedAt: string
  closedAt: string | null
}

export interface RepositoryState {
  readonly id: number
  readonly name: string
  private: boolean
  immutableReleases: boolean
  defaultBranch: string
  createdAt: string
  lastId: number
  releases: ReleaseRecord[]
  /** The release that was published with `make_latest: "true"` last. */
  latestRelease: number | null
  /** Tag names of every immutable release there ever was: never to be used again. */
  immutableTags: string[]
  issues: IssueRecord[]
  statuses: StatusRecord[]
  runs: RunRecord[]
  /** Names of the secrets for workflows, in upper case. */
  secrets?: string[]
  pulls?: PullRecord[]
  /** What accounts may do here, by login. */
  /** Of workflow files by path, where GitHub does not start them: `disabled_inactivity`. */
  workflowStates?: Record<string, string>
  people?: Record<string, 'admin' | 'read' | 'write'>
}

/**
 * One repository's state: in memory, and in one file that is replaced whole after every change. A
 * killed server loses at most the change that was under way.
 */
export class StateFile {
  readonly #path: string
  #written: string
  #current: RepositoryState
  #last: Promise<unknown> = Promise.resolve()

  private constructor(path: string, written: string) {
    this.#path = path
    this.#written = written
    this.#current = JSON.parse(written) as RepositoryState
  }

  static async open(path: string): Promise<StateFile> {
    return new StateFile(path, await readFile(path, 'utf8'))
  }

  static async create(path: string, state: RepositoryState): Promise<StateFile> {
    const text = JSON.stringify(state, null, 1)
    await mkdir(dirname(path), { recursive: true })
    await replace(path, text)
    return new StateFile(path, text)
  }

  get current(): RepositoryState {
    return this.#current
  }

  /** One change after the other. A change that throws leaves nothing behind. */
  change<T>(mutate: (state: RepositoryState) => T | Promise<T>): Promise<T> {
    const mine = this.#last.then(() => this.#apply(mutate))
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async settled(): Promise<void> {
    await this.#last
  }

  async #apply<T>(mutate: (state: RepositoryState) => T | Promise<T>): Promise<T> {
    try {
      const result = await mutate(this.#current)
      const text = JSON.stringify(this.#current, null, 1)
      await replace(this.#path, text)
      this.#written = text
      return result
    } catch (error) {
      this.#current = JSON.parse(this.#written) as RepositoryState
      throw error
    }
  }
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text)
  await rename(`${path}.new`, path)
}
