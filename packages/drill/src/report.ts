import type { Guarantee } from '@recovery-playbook/playbook'
import type { DrillReport, Measured } from './drill.ts'
import { gapBefore } from './guarantees.ts'
import type { Stopwatch } from './phases.ts'

type Found = Pick<DrillReport, 'scenario' | 'verdict' | 'checks' | 'point' | 'figures'>

interface Ended extends Found {
  readonly watch: Stopwatch
  /** Milliseconds; undefined where the drill did not come so far. */
  readonly recoveryTime?: number | undefined
  readonly order: { readonly guarantee: Guarantee; readonly clock: { now(): Date } }
}

/** What a drill found, with what it measured on the way. */
export function report({ watch, recoveryTime, order, ...found }: Ended): DrillReport {
  const { startedAt, phases } = watch
  const measured = { ...(recoveryTime !== undefined && { recoveryTime }), ...ofPoint(found, order) }
  const { guarantee } = order
  return { ...found, guarantee, measured, startedAt, phases, elapsed: watch.elapsed() }
}

function ofPoint({ point, scenario }: Found, { clock }: Ended['order']): Measured {
  // Going back in code restores no data.
  if (point === undefined || scenario === 'code-rollback') return {}
  const { manifest } = point
  const dataLoss = gapBefore(manifest)
  const age = clock.now().getTime() - Date.parse(manifest.snapshotAt)
  return { age, ...(dataLoss !== undefined && { dataLoss }) }
}
