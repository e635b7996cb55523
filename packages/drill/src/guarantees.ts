import type { Manifest } from '@recovery-playbook/archive'
import {
  formatDuration,
  type Guarantee,
  type Schedule,
  schedulesInWords,
} from '@recovery-playbook/playbook'
import type { Check } from './verdict.ts'

/** Milliseconds by which two good clocks may differ. */
export const clockSkew = 60_000

/**
 * @param elapsed from the start of the drill to its goal, in milliseconds
 * @param goal what had been reached then
 */
export const judgeRecoveryTime = (
  guarantee: Guarantee,
  elapsed: number,
  goal = 'the data shown to be the same',
): Check =>
  judge('recovery time', elapsed, guarantee.recoveryTime, {
    kept: `from the start of the drill to ${goal}`,
    broken: 'Promise more time, or find the slow phase in the summary.',
  })

/**
 * What a disaster just before this snapshot would have cost: everything since the one before it.
 *
 * @param snapshotAt ISO 8601
 * @param previous the recovery point published before this one
 * @param schedules of this repository's workflows: those are to be changed
 */
export function judgeDataLoss(
  guarantee: Guarantee,
  snapshotAt: string,
  previous: { readonly tag: string; readonly snapshotAt: string } | null,
  schedules: readonly Schedule[] = [],
): Check {
  if (previous === null) {
    return {
      name: 'data loss',
      state: 'SKIPPED',
      detail: 'This is the first recovery point: there is no earlier one to measure the gap from.',
    }
  }
  const gap = Date.parse(snapshotAt) - Date.parse(previous.snapshotAt)
  return judge('data loss', gap, guarantee.dataLoss, {
    kept: `between this snapshot and ${previous.tag}`,
    broken:
      schedules.length === 0
        ? 'Export more often: change the `schedule` of the workflow, and count in GitHub’s delays.'
        : `Export more often, and count in GitHub’s delays: ${schedulesInWords(schedules)}.`,
  })
}

/** Milliseconds; undefined for the first recovery point. */
export const gapBefore = ({
  snapshotAt,
  previous,
}: Pick<Manifest, 'snapshotAt' | 'previous'>): number | undefined =>
  previous === null ? undefined : Date.parse(snapshotAt) - Date.parse(previous.snapshotAt)

/** What a disaster right now would cost: everything since the snapshot. */
export function judgeAge(
  guarantee: Guarantee,
  snapshotAt: string,
  now: Date,
  wasNamed: boolean,
): Check {
  const age = now.getTime() - Date.parse(snapshotAt)
  if (wasNamed) {
    return {
      name: 'age',
      state: 'SKIPPED',
      detail: `The snapshot is ${formatDuration(age)} old; this recovery point was asked for by name.`,
    }
  }
  return judge('age', age, guarantee.dataLoss, {
    kept: 'since the snapshot',
    broken:
      'The recovery point is stale: run the export now, and find out why the schedule did not.',
  })
}

function judge(
  name: string,
  measured: number,
  promised: number,
  words: { kept: string; broken: string },
): Check {
  if (measured < -clockSkew) {
    return {
      name,
      state: 'NOT PROVED',
      detail: `The time ${words.kept} is negative: a clock is wrong.`,
      hint: 'Compare the clock of the database server with this machine’s.',
    }
  }
  const figures = `${formatDuration(Math.max(measured, 0))} of ${formatDuration(promised)} ${words.kept}`
  return measured <= promised
    ? { name, state: 'PROVED', detail: figures }
    : {
        name,
        state: 'FAILED',
        detail: `${figures}: ${formatDuration(measured - promised)} over the guarantee`,
        hint: words.broken,
      }
}
