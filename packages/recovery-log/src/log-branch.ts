import {
  commitFiles,
  fileAt,
  type GithubRequest,
  headOf,
  parseRepository,
  refusal,
  type Repository,
  statusOf,
} from '@recovery-playbook/github'
import type { Operation } from './operations.ts'
import type { TagRow } from './tags.ts'

/**
 * The branch that keeps what drills found: an orphan, so that main does not move and nothing is deployed,
 * and so that a workflow run with `contents: write` can write it.
 */
export const logBranch = 'recovery-log'

/** The pages for people, which are written with the data that they show. The newest comes first. */
export interface LogPages {
  tags(rows: readonly TagRow[]): string
  /** @param years those that have a page of their own */
  operations(rows: readonly Operation[], years: readonly number[]): string
  year(year: number, rows: readonly Operation[]): string
}

/** Whoever writes the log. */
export interface LogKeeper {
  readonly request: GithubRequest
  readonly repository: Repository
  readonly pages: LogPages
  readonly warn: (line: string) => void
  /** Waits so many milliseconds before another try. */
  readonly pause: (milliseconds: number) => Promise<unknown>
}

interface Runner {
  readonly context: { readonly repository: string; readonly serverUrl: string }
  readonly clock: { readonly sleep: (milliseconds: number) => Promise<unknown> }
  readonly warn: (line: string) => void
}

/** @param pagesOf from the address of the repository's page, for links to runs */
export const logKeeper = (
  { context, clock, warn }: Runner,
  request: GithubRequest,
  pagesOf: (url: string) => LogPages,
): LogKeeper => ({
  request,
  repository: parseRepository(context.repository),
  pages: pagesOf(`${context.serverUrl}/${context.repository}`),
  warn,
  pause: (milliseconds) => clock.sleep(milliseconds),
})

/** The text of one file of the log, as it stands now; undefined where there is none. */
export type ReadText = (path: string) => Promise<string | undefined>

/** Files and their next texts. It is asked again where somebody else wrote meanwhile. */
export type LogChange = (
  read: ReadText,
  keeper: LogKeeper,
) => Promise<Readonly<Record<string, string>>>

/** One file of the log, or undefined where there is none. */
export const readLog = (request: GithubRequest, repository: Repository, path: string) =>
  fileAt(request, repository, path, logBranch)

const tries = 20

/** Milliseconds: of many writers at once, each waits another time. */
const longestPause = 300

const readme = `# Recovery log

Written by Recovery Playbook: [REPORT.md](REPORT.md) says what was exported, drilled and recovered, and how it
ended; [TAGS.md](TAGS.md) which state was tagged when. Do not edit it; whoever relies on an entry asks GitHub
about the run that it names.
`

/**
 * Makes changes of the log as one commit, so that none is seen without the others; the branch is made
 * when it is missing. When somebody else wrote meanwhile, it is tried again on the new head.
 *
 * @throws Failure GITHUB_REFUSED
 */
export async function writeLog(
  keeper: LogKeeper,
  changes: readonly LogChange[],
  message: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await commit(keeper, changes, message)
      return
    } catch (error) {
      // 409 and 422: the head or the branch changed between our reading and our writing.
      const raced = [409, 422].includes(statusOf(error) ?? 0)
      if (!raced || attempt === tries) throw refusal(`write to the branch ${logBranch}`, error)
      await keeper.pause(Math.random() * longestPause * Math.min(attempt, 5))
    }
  }
}

async function commit(
  keeper: LogKeeper,
  changes: readonly LogChange[],
  message: string,
): Promise<void> {
  const { request, repository } = keeper
  const head = await headOf(request, repository, logBranch)
  const before = new Map<string, string | undefined>()
  const after = new Map<string, string>()
  const read = async (path: string) => {
    if (!before.has(path))
      before.set(path, head && (await fileAt(request, repository, path, head.commit)))
    return after.get(path) ?? before.get(path)
  }
  for (const change of changes) {
    for (const [path, text] of Object.entries(await change(read, keeper))) after.set(path, text)
  }
  const changed = [...after].filter(([path, text]) => before.get(path) !== text)
  if (changed.length === 0) return
  const files = {
    ...(head === undefined && { 'README.md': readme }),
    ...Object.fromEntries(changed),
  }
  const sha = await commitFiles(request, repository, { parent: head, files, message })
  await (head === undefined
    ? request('POST /repos/{owner}/{repo}/git/refs', {
        ...repository,
        ref: `refs/heads/${logBranch}`,
        sha,
      })
    : request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
        ...repository,
        ref: `heads/${logBranch}`,
        sha,
        force: false,
      }))
}
