import { appendFile, readFile } from 'node:fs/promises'
import * as core from '@actions/core'
import { Failure } from '@recovery-playbook/failure'
import type { Machine } from '@recovery-playbook/postgres'
import type { Identity, Processes } from '@recovery-playbook/processes'
import { systemClock } from './clock.ts'
import { fenced } from './fenced.ts'
import { fetchText } from './fetch-text.ts'
import { githubClient } from './github.ts'
import { unprivilegedIdentity } from './identity.ts'
import { keepFile } from './keep-file.ts'
import { inert } from './log-line.ts'
import { machine } from './machine.ts'
import { childProcesses } from './processes.ts'
import { redacted } from './redacted.ts'
import { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.ts'

/** Where and for whom this run happens; from the variables that GitHub's runner sets. */
export interface RunContext {
  /** `owner/name` of the repository whose workflow runs. */
  readonly repository: string
  /** The commit that triggered the run. */
  readonly commit: string
  readonly apiUrl: string
  readonly serverUrl: string
  readonly runId: string
  readonly runAttempt: string
  /** What started it: `refs/heads/main`, and `schedule`. */
  readonly ref: string
  readonly event: string
  /** The workflow's name, and for whom it runs. */
  readonly workflow: string
  /** The file of the workflow that the event started, such as `.github/workflows/merge-guard.yml`. */
  readonly workflowFile: string
  readonly actor: string
  /** Where actions/checkout puts the code. */
  readonly workspace: string
}

/** GitHub's runner, as the three actions see it. */
export interface Runner {
  readonly context: RunContext
  readonly clock: typeof systemClock
  readonly processes: Processes
  readonly machine: Machine
  /** `PATH`, for finding PostgreSQL's programs. */
  readonly searchPath: string
  /** Fires when the job is cancelled. */
  readonly stopped: AbortSignal
  readonly identity: Identity | undefined
  /** Whether packages can be installed without sudo. */
  readonly isRoot: boolean
  /** An input's text, trimmed; empty where it is not given. */
  input(name: string): string
  /** An input that must be given; `hint` says where to get it. */
  requiredInput(name: string, hint: string): string
  /** The step's environment. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** libpq's variables (PG*) of the step's environment. */
  postgresVariables(): Readonly<Record<string, string | undefined>>
  /** The payload of the event that started the run; undefined where there is none. */
  event(): Promise<unknown>
  /** Masks it in the log from now on: nothing that holds it may be printed before this. */
  mask(secret: string): void
  /** Text for where the runner masks nothing: without any secret that was masked. */
  redacted(text: string): string
  github(token: string): ReturnType<typeof githubClient>
  info(line: string): void
  /** An annotation, which the next summary shows as well. */
  warn(line: string): void
  /** An annotation that says why the job is red. */
  blame(title: string, text: string): void
  /** A chapter of the log, with the seconds that it took. */
  chapter<T>(title: string, work: () => Promise<T>): Promise<T>
  output(name: string, value: string | number): void
  /** Adds to the job's summary; warnings follow it. */
  summarise(markdown: string): Promise<void>
  temporaryDirectory(): Promise<TemporaryDirectory>
  /** Keeps a file for the steps that follow, and returns its path. */
  keepFile(name: string, text: string): Promise<string>
  /** What an address answers. @throws Error when it is not within so many milliseconds, or not 200 */
  fetchText(url: string, milliseconds: number): Promise<string>
}

export function githubRunner(stopped: AbortSignal): Runner {
  const { env } = process
  const warnings: string[] = []
  const secrets = new Set<string>()
  return {
    context: {
      repository: env.GITHUB_REPOSITORY ?? '',
      commit: env.GITHUB_SHA ?? '',
      apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
      serverUrl: env.GITHUB_SERVER_URL ?? 'https://github.com',
      runId: env.GITHUB_RUN_ID ?? '',
      runAttempt: env.GITHUB_RUN_ATTEMPT ?? '1',
      ref: env.GITHUB_REF ?? '',
      event: env.GITHUB_EVENT_NAME ?? '',
      workflow: env.GITHUB_WORKFLOW ?? '',
      // owner/name/.github/workflows/merge-guard.yml@refs/pull/7/merge
      workflowFile: /^[^/]+\/[^/]+\/([^@]+)@/.exec(env.GITHUB_WORKFLOW_REF ?? '')?.[1] ?? '',
      actor: env.GITHUB_ACTOR ?? '',
      workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    },
    clock: {
      ...systemClock,
      sleep: (milliseconds, given = stopped) =>
        systemClock.sleep(milliseconds, AbortSignal.any([stopped, given])),
    },
    processes: childProcesses(stopped),
    machine: machine(),
    searchPath: env.PATH ?? '',
    stopped,
    identity: unprivilegedIdentity(),
    isRoot: process.getuid?.() === 0,
    environment: env,
    input: (name) => core.getInput(name),
    requiredInput,
    postgresVariables: () =>
      Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('PG'))),
    event: async () => {
      const path = env.GITHUB_EVENT_PATH ?? ''
      return path === '' ? undefined : (JSON.parse(await readFile(path, 'utf8')) as unknown)
    },
    mask: (secret) => {
      if (secret === '') return
      secrets.add(secret)
      core.setSecret(secret)
    },
    redacted: (text) => redacted(text, secrets),
    github: (token) => githubClient(token, env.GITHUB_API_URL ?? 'https://api.github.com', stopped),
    info: (text) => {
      core.info(inert(text))
    },
    warn: (line) => {
      warnings.push(line)
      core.warning(line)
    },
    blame: (title, text) => {
      core.error(text, { title })
    },
    chapter,
    output: core.setOutput,
    summarise: async (markdown) => {
      const file = env.GITHUB_STEP_SUMMARY
      if (file === undefined) return
      const warned = warnings.splice(0)
      const more = warned.length === 0 ? '' : `\n### Warnings\n\n${fenced(warned.join('\n'))}`
      await appendFile(file, `${markdown}${more}`)
    },
    temporaryDirectory: () => temporaryDirectory(env.RUNNER_TEMP ?? '/tmp'),
    keepFile: (name, text) => keepFile(env.RUNNER_TEMP ?? '/tmp', name, text),
    fetchText: (url, milliseconds) => fetchText(url, milliseconds, stopped),
  }
}

function requiredInput(name: string, hint: string): string {
  const value = core.getInput(name)
  if (value !== '') return value
  throw new Failure('INPUT_MISSING', `The input '${name}' is empty.`, { hint })
}

async function chapter<T>(title: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now()
  core.startGroup(title)
  try {
    return await work()
  } finally {
    core.info(`${((performance.now() - started) / 1000).toFixed(1)} s`)
    core.endGroup()
  }
}
