import { dueDrills } from '@recovery-playbook/drill'
import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import type { Scenario } from '@recovery-playbook/playbook'
import { assertConfirmed, type HistoryRow, readHistory } from '@recovery-playbook/recovery-log'
import type { Inputs } from './inputs.ts'

/**
 * The scenarios to drill now, the cheapest first.
 *
 * @throws Failure NOT_PROVED, GITHUB_REFUSED: with nothing to hang it on, nothing would be drilled, and
 *   nobody would see it
 */
export async function calledFor(
  inputs: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<Scenario[]> {
  const { drills, drillable } = inputs
  const due =
    drills === 'none'
      ? []
      : dueDrills(await believedRows(inputs, runner, request), drillable, runner.clock.now())
  const called: Scenario[] =
    drills === 'now' ? [...new Set(['database-restore' as const, ...due])] : due
  runner.info(
    called.length === 0
      ? 'No drill is called for.'
      : `Drills that are called for: ${called.join(', ')}.`,
  )
  return called
}

/**
 * The history as the guard sees it: a restore in a run that failed by another job, say, or that was run
 * again, has proved nothing. Otherwise merges would be held, and no drill would come before next week's.
 */
async function believedRows(
  { name, provingWorkflows }: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<HistoryRow[]> {
  const repository = parseRepository(runner.context.repository)
  const rows = await readHistory(request, repository, name)
  const last = rows.findLast((row) => row.kind === 'drill' && row.scenario === 'database-restore')
  if (last?.kind !== 'drill' || last.verdict !== 'PROVED') return rows
  const trusted = { workflows: provingWorkflows, since: last.snapshotAt, defaultBranch: undefined }
  try {
    await assertConfirmed(request, repository, last, trusted)
    return rows
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'NOT_PROVED') throw error
    runner.info(`The last drill of ${last.recoveryPoint} does not count. ${error.message}`)
    return rows.map((row) => (row === last ? { ...last, verdict: 'NOT PROVED' } : row))
  }
}
