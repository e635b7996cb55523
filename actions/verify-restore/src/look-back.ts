import type { DrillReport, Measured } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { lastRecoveryTimes, readHistory, worstGap } from '@recovery-playbook/recovery-log'
import type { Inputs } from './inputs.ts'

/** What earlier exports and drills left on the log branch. */
export interface History {
  readonly measured: Pick<Measured, 'worstGap'>
  /** Milliseconds, the oldest first. */
  readonly earlier: readonly number[]
  /** Whether a row can be added. */
  readonly isReadable: boolean
}

export const nothingKnown: History = { measured: {}, earlier: [], isReadable: false }

/** Figures that no verdict hangs on: what cannot be read is told in the log. */
export async function lookBack(
  { point, scenario }: DrillReport,
  { name }: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<History> {
  try {
    const rows = await readHistory(request, parseRepository(runner.context.repository), name)
    const snapshots = point === undefined ? rows : [...rows, point.manifest]
    const gap = worstGap(snapshots, runner.clock.now())
    return {
      measured: gap === undefined ? {} : { worstGap: gap },
      earlier: scenario === undefined ? [] : lastRecoveryTimes(rows, scenario),
      isReadable: true,
    }
  } catch (error) {
    runner.info(`Earlier drills are not shown: ${messageOf(error)}`)
    return nothingKnown
  }
}
