import { drilledPoints, dueDrills } from '@recovery-playbook/drill'
import { Failure } from '@recovery-playbook/failure'
import { defaultBranchIn, type PacedRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import type { Scenario } from '@recovery-playbook/playbook'
import { confirmRun, type HistoryRow, readHistory } from '@recovery-playbook/recovery-log'
import type { Inputs } from './inputs.ts'
import { storeOf } from './store.ts'

/**
 * The scenarios to drill now, the cheapest first.
 *
 * @throws Failure NOT_PROVED, GITHUB_REFUSED: with nothing to hang it on, nothing would be drilled, and
 *   nobody would see it
 */
export async function calledFor(
  inputs: Inputs,
  runner: Runner,
  request: PacedRequest,
): Promise<Scenario[]> {
  const { drills, drillable } = inputs
  const due =
    drills === 'none'
      ? []
      : dueDrills(await countingRows(inputs, runner, request), drillable, runner.clock.now())
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
 * The history as the guard sees it. A restore in a run that failed by another job, say, or that was run
 * again, has proved nothing: else merges would be held, and no drill would come before next week's. What an
 * earlier attempt of this run has drilled, this attempt drills again.
 */
async function countingRows(
  inputs: Inputs,
  runner: Runner,
  request: PacedRequest,
): Promise<HistoryRow[]> {
  const { name, provingWorkflows } = inputs
  const { context } = runner
  const repository = parseRepository(context.repository)
  const others = (await readHistory(request, repository, name)).filter(
    ({ run }) => run.id !== Number(context.runId),
  )
  const [latest] = drilledPoints(others, await storeOf(inputs, runner, request).published())
  const rows = others.filter((row) => !isRestore(row) || row.recoveryPoint === latest)
  const last = rows.findLast(isRestore)
  if (last?.verdict !== 'PROVED') return rows
  const defaultBranch = defaultBranchIn(await runner.event())
  const trusted = { workflows: provingWorkflows, since: last.snapshotAt, defaultBranch }
  try {
    await confirmRun(request, repository, last, trusted)
    return rows
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'NOT_PROVED') throw error
    runner.info(`The last drill of ${last.recoveryPoint} does not count. ${error.message}`)
    return rows.map((row) => (row === last ? { ...last, verdict: 'NOT PROVED' } : row))
  }
}

type Drill = Extract<HistoryRow, { kind: 'drill' }>

const isRestore = (row: HistoryRow): row is Drill =>
  row.kind === 'drill' && row.scenario === 'database-restore'
