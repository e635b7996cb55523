import { Failure, messageOf } from '@recovery-playbook/failure'
import type { Figures } from '@recovery-playbook/drill'
import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  happened,
  logBranch,
  type LogChange,
  logKeeper,
  noted,
  type Operation,
  recordedBy,
  tagged,
  writeLog,
} from '@recovery-playbook/recovery-log'
import { formatBytes, logPages } from '@recovery-playbook/report'
import { type Inputs, subjectOf } from './inputs.ts'
import type { Source } from './inspect.ts'
import type { Content } from './publish.ts'

/**
 * A row in the history that later runs take the time between two recovery points from: retention
 * removes recovery points, and never a row. The recovery point is published already, whatever happens here.
 */
export async function recordExport(
  { tag, database, snapshotAt, commit }: Content,
  { description, keptAtHome }: Pick<Inputs, 'description' | 'keptAtHome'>,
  request: GithubRequest,
  runner: Runner,
): Promise<void> {
  const { recordedAt, ranBy } = recordedBy(runner)
  const row = happened(database, {
    ...{ kind: 'export', recoveryPoint: tag, snapshotAt, recordedAt },
    run: ranBy.run,
  })
  const protects = { kind: 'recovery-point' as const, database, snapshotAt }
  const tagRow = tagged({ tag, taggedAt: recordedAt, commit, description, protects })
  // The tag is where the recovery point is: a clone of another repository cannot go back to it.
  const changes = keptAtHome ? [row, tagRow] : [row]
  await write(changes, `Exported: ${tag}`, request, runner, (why) => {
    runner.warn(
      `${tag} is published, and not noted on the branch ${logBranch} of ${runner.context.repository}, so that drills may show too long a gap. ${why} The token needs \`contents: write\` there.`,
    )
  })
}

export interface Exported {
  readonly content: Content
  readonly source: Source
  readonly figures: Figures
  readonly phases: readonly { readonly title: string; readonly milliseconds: number }[]
  /** Of mirrors and of retention: the recovery point itself is published. */
  readonly failures: readonly Failure[]
}

/** An entry of the operation report: an export that was published. */
export async function reportExport(
  { content, source, figures, phases, failures }: Exported,
  request: GithubRequest,
  runner: Runner,
): Promise<void> {
  const { tag, database, commit, partial } = content
  const { bytes } = source.server
  const size = formatBytes(figures.sealedBytes)
  const entry: Operation = {
    ...recordedBy(runner),
    ...{ operation: 'export', database, scenario: null },
    verdict: failures.length === 0 ? 'DONE' : 'FAILED',
    repository: { ref: runner.context.ref, commit, tag },
    data: {
      tables: figures.tables,
      bytes: bytes === null ? null : Number(bytes),
      migrations: [...source.migrations],
    },
    checks: [
      {
        ...{ name: 'opened again', state: 'PROVED' },
        detail: `${figures.parts} parts, ${size}, were downloaded and opened.`,
      },
      ...(partial === true
        ? [{ name: 'complete', state: 'NOT PROVED' as const, detail: 'Filters left tables out.' }]
        : []),
      ...failures.map(({ code, message }) => failed(code, message)),
    ],
    actions: phases.map(({ title, milliseconds }) => `${title} (${inTenths(milliseconds)} s)`),
  }
  await note(entry, request, runner)
}

/** An entry of the operation report: an export that ended with an error. A cancelled one has none. */
export async function reportFailedExport(error: unknown, runner: Runner): Promise<void> {
  const subject = subjectOf(runner)
  if (subject === undefined || runner.stopped.aborted) return
  const { ref, commit } = runner.context
  const code = error instanceof Failure ? error.code : 'UNEXPECTED'
  const entry: Operation = {
    ...recordedBy(runner),
    ...{ operation: 'export', verdict: 'FAILED', scenario: null, data: null },
    database: subject.name,
    repository: { ref, commit, tag: null },
    checks: [failed(code, runner.redacted(messageOf(error)))],
    actions: [],
  }
  await note(entry, runner.github(subject.token), runner)
}

const failed = (name: string, detail: string) => ({ name, state: 'FAILED' as const, detail })

const inTenths = (milliseconds: number) => (milliseconds / 1000).toFixed(1)

const note = (entry: Operation, request: GithubRequest, runner: Runner) =>
  write([noted(entry)], `Export: ${entry.verdict}`, request, runner, (why) => {
    runner.info(
      `The operation report on the branch ${logBranch} has no entry of this export. ${why}`,
    )
  })

const write = (
  changes: readonly LogChange[],
  message: string,
  request: GithubRequest,
  runner: Runner,
  tell: (why: string) => void,
) =>
  writeLog(logKeeper(runner, request, logPages), changes, message).catch((error: unknown) => {
    tell(messageOf(error))
  })
