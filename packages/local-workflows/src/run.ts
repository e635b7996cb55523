import type { LocalGithub, Permissions } from '@recovery-playbook/local-github'
import type { Value } from './expression.ts'
import type { ReadWorkflow, WorkflowFile } from './workflow-file.ts'

export interface WorkflowEvent {
  /** `push`, `schedule`, `workflow_dispatch`, `pull_request`, `merge_group`, … */
  readonly name: string
  /** Default: the default branch's. */
  readonly ref?: string
  /** Default: the commit that the ref leads to. */
  readonly sha?: string
  /** `github.event`; for `schedule` the cron line: `{ schedule: '17 3 * * 1' }`. */
  readonly payload?: Readonly<Record<string, Value>>
}

export interface WorkflowOrder {
  /** Its path in the local GitHub's repository, where it is read at the event's commit. */
  readonly file: string
  readonly event: WorkflowEvent
  /** Of a `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, Value>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  /** Secrets of protected environments, by the environment's name; one that is not named here has none. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly github: LocalGithub
  /** Workspaces and temporary files are made in here, and stay. */
  readonly directory: string
  /** Folders that stand for other repositories, for actions and called workflows: `owner/name` to path. */
  readonly checkouts?: Readonly<Record<string, string>>
  /** A folder of programs that stand for those of GitHub's images: the front of every job's PATH. */
  readonly programs?: string
  /** Every line as GitHub's log shows it. */
  readonly log?: (line: string) => void
  /** Cancels the run. */
  readonly signal?: AbortSignal
}

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped'

export interface StepResult {
  readonly id: string
  readonly name: string
  /** Before `continue-on-error`. */
  readonly outcome: Conclusion
  readonly conclusion: Conclusion
  /** Null when the step was skipped, or ended by a signal. */
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
}

export interface JobResult {
  /** `export`, `test (17)` for a leg of a matrix, `call / export` for a job of a called workflow. */
  readonly id: string
  readonly name: string
  readonly conclusion: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly steps: readonly StepResult[]
  readonly summary: string
  readonly log: string
}

export interface WorkflowResult {
  readonly runId: number
  readonly conclusion: Conclusion
  readonly jobs: readonly JobResult[]
}

/** What all jobs of a run share. */
export interface Run {
  readonly order: WorkflowOrder
  readonly directory: string
  /** The context `github`, without what differs from job to job. */
  readonly github: Readonly<Record<string, Value>>
  readonly fromFork: boolean
  readonly read: ReadWorkflow
  readonly cancel: AbortController
  /** The concurrency groups that the run works in now. */
  readonly groups: Set<string>
  readonly say: (line: string) => void
}

/** A workflow file at work: the run's own, or a called one. */
export interface Frame {
  readonly run: Run
  readonly file: WorkflowFile
  readonly inputs: Readonly<Record<string, Value>>
  readonly secrets: Readonly<Record<string, string>>
  /** Of the calling job; undefined in the run's own file. */
  readonly ceiling?: Permissions
  /** Cancels all jobs of the file: of the run, and of every job that called it. */
  readonly signal: AbortSignal
  /** `call / `, empty in the run's own file. */
  readonly prefix: string
}
