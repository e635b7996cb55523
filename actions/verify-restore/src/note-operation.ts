import type { DrillReport } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import {
  logBranch,
  type LogChange,
  logKeeper,
  noted,
  type Operation,
  recordedBy,
  writeLog,
} from '@recovery-playbook/recovery-log'
import { logPages } from '@recovery-playbook/report'

/** The entry of the operation report for what was drilled or recovered. */
export function operationOf(
  operation: 'drill' | 'recovery',
  { verdict, scenario, point, figures, phases, checks }: DrillReport,
  database: string,
  runner: Runner,
): Operation {
  const manifest = point?.manifest
  return {
    ...recordedBy(runner),
    ...{ operation, verdict, scenario: scenario ?? null },
    database: manifest?.database ?? database,
    repository: {
      ref: runner.context.ref,
      commit: manifest?.commit ?? runner.context.commit,
      tag: manifest?.tag ?? null,
    },
    data:
      manifest === undefined || figures === undefined
        ? null
        : { tables: figures.tables, bytes: manifest.databaseBytes, migrations: [] },
    checks: checks.map(({ name, state, detail }) => ({ name, state, detail })),
    actions: phases.map(
      ({ title, milliseconds }) => `${title} (${(milliseconds / 1000).toFixed(1)} s)`,
    ),
  }
}

/** Of what leaves no record beside it, in a disaster without a repository, say: a line of the log where it fails. */
export const noteOperation = (
  entry: Operation,
  runner: Runner,
  request: GithubRequest,
  beside: readonly LogChange[] = [],
): Promise<void> =>
  writeLog(
    logKeeper(runner, request, logPages),
    [noted(entry), ...beside],
    `${entry.operation === 'drill' ? 'Drill' : 'Recovery'}: ${entry.verdict}`,
  ).catch((error: unknown) => {
    runner.info(
      `The operation report on the branch ${logBranch} has no entry of this: ${messageOf(error)}`,
    )
  })
