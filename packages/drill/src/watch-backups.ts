import { formatDuration, type Guarantee } from '@recovery-playbook/playbook'
import type { HistoryRow } from '@recovery-playbook/recovery-log'
import type { ReleaseStore } from '@recovery-playbook/release-store'
import { checklist, DrillEnded } from './checklist.ts'
import type { DrillReport } from './drill.ts'
import { findRecoveryPoint, type RecoveryPoint, type Subject } from './find-recovery-point.ts'
import { completeInWords } from './partial.ts'
import { stopwatch } from './phases.ts'
import { report } from './report.ts'
import { type Check, type State, verdictOf } from './verdict.ts'

const plan = ['clock', 'recovery point', 'time left', 'last gap', 'schedule'] as const

/** Of the promised data loss: from then on people are told, while there is time to act. */
const warnedAt = 0.8

/** Milliseconds by which a clock may be off before what it says counts for nothing. */
const mostOff = 5 * 60_000

export interface Watch {
  readonly store: Pick<ReleaseStore, 'published'>
  readonly subject: Subject
  readonly guarantee: Guarantee
  /** The time by GitHub's clock. */
  readonly githubTime: () => Promise<Date>
  /** Workflow files that export and drill, and whether GitHub starts them. */
  readonly workflows: () => Promise<readonly WorkflowState[]>
  /** Of every export that is on record, also of those that were removed since. */
  readonly snapshots: () => Promise<readonly Pick<HistoryRow, 'snapshotAt'>[]>
  readonly clock: { now(): Date }
  readonly chapter: <T>(title: string, work: () => Promise<T>) => Promise<T>
}

export interface WorkflowState {
  readonly path: string
  /** `active`, `disabled_inactivity`, `disabled_manually`, … */
  readonly state: string
  /** When a schedule last started it on the default branch; undefined where none ever did. */
  readonly scheduledAt: Date | undefined
}

/**
 * Looks whether backups still come, and restores nothing. It fails before the promised data loss is
 * broken: silence is what a dropped schedule looks like.
 */
export async function watchBackups(watching: Watch): Promise<DrillReport> {
  const { store, subject, guarantee, clock } = watching
  const watch = stopwatch(watching)
  const list = checklist(plan)
  let point: RecoveryPoint | undefined
  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, work))

  async function look(): Promise<void> {
    const github = await phase('clock', 'Ask GitHub for the time', watching.githubTime)
    const sameTime = judgeClock(clock.now(), github)
    list.settle(sameTime)
    // Whichever of the two is wrong: an age by it would raise a false alarm, or end a true one.
    if (sameTime.state !== 'PROVED') return
    point = await phase('recovery point', 'Find the newest recovery point', () =>
      findRecoveryPoint(store, subject, ''),
    )
    list.proved('recovery point', completeInWords(point.manifest))
    list.settle(judgeTimeLeft(guarantee, point, github))
    const snapshots = await phase('last gap', 'Read the history of exports', watching.snapshots)
    list.settle(judgeLastGap(guarantee, snapshots, point.manifest.snapshotAt))
    const workflows = await phase('schedule', 'Ask GitHub about the workflows', watching.workflows)
    list.settle(judgeSchedule(guarantee, workflows, github))
  }

  await look().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const verdict = verdictOf(checks)
  const found = { scenario: undefined, verdict, checks, point, figures: undefined }
  return { ...report({ ...found, watch, order: watching }), ...words[verdict] }
}

/** Of a watch that found all in order. */
export const watchInWords = 'backups come as promised'

const words: Partial<Record<State, { readonly inWords: string }>> = {
  PROVED: { inWords: watchInWords },
  FAILED: { inWords: 'backups do not come as promised' },
}

function judgeClock(here: Date, github: Date): Check {
  const off = Math.abs(here.getTime() - github.getTime())
  const detail = `This machine's clock is ${formatDuration(off)} off GitHub's`
  return off <= mostOff
    ? { name: 'clock', state: 'PROVED', detail: `${detail}.` }
    : {
        name: 'clock',
        state: 'NOT PROVED',
        detail: `${detail}: one of them is wrong, and no age can be told.`,
        hint: 'Set the clock of the runner, and look again.',
      }
}

/** A recovery point as far as its age goes. */
interface Dated {
  readonly manifest: Pick<RecoveryPoint['manifest'], 'tag' | 'snapshotAt'>
  readonly release: Pick<RecoveryPoint['release'], 'publishedAt'>
}

/**
 * By the snapshot, as long as the clock of the database server can be right. Otherwise by the publication,
 * which is later: what is too old by that is too old.
 *
 * @param now by GitHub's clock, as the time of publication is
 */
export function judgeTimeLeft(
  { dataLoss }: Guarantee,
  { manifest, release }: Dated,
  now: Date,
): Check {
  const name = 'time left'
  const snapshot = Date.parse(manifest.snapshotAt)
  const published = Date.parse(release.publishedAt)
  const untilPublished = published - snapshot
  // No job of GitHub's runs for more than 6 hours; one of a runner of one's own may take a day.
  const isPossible = untilPublished >= -mostOff && untilPublished <= 24 * 3_600_000
  const age = now.getTime() - (isPossible ? snapshot : published)
  if (age < -mostOff || (!isPossible && age <= dataLoss * warnedAt)) {
    return {
      ...{ name, state: 'NOT PROVED' },
      detail: `${manifest.tag} was published at ${release.publishedAt}, with a snapshot of ${manifest.snapshotAt} by the clock of the database server: that clock is wrong, or the recovery point was not published as it was made.`,
      hint: 'Compare the clock of the database server with the time.',
    }
  }
  const figures = `${formatDuration(Math.max(age, 0))} of ${formatDuration(dataLoss)} since ${isPossible ? 'the snapshot' : 'the publication'} of ${manifest.tag}`
  if (age <= dataLoss * warnedAt) return { name, state: 'PROVED', detail: figures }
  const hint = 'Run the export now, and find out why its schedule did not.'
  return age <= dataLoss
    ? {
        ...{ name, state: 'FAILED', hint },
        detail: `${figures}: the guarantee is broken in ${formatDuration(dataLoss - age)}`,
      }
    : {
        ...{ name, state: 'FAILED', hint },
        detail: `${figures}: ${formatDuration(age - dataLoss)} over the guarantee`,
      }
}

/**
 * What a disaster just before the newest snapshot would have cost. It is told and decides nothing: a drill
 * judges it, and no look after the first good export can undo it.
 */
function judgeLastGap(
  { dataLoss }: Guarantee,
  snapshots: readonly Pick<HistoryRow, 'snapshotAt'>[],
  newest: string,
): Check {
  const name = 'last gap'
  const known = snapshots.map(({ snapshotAt }) => Date.parse(snapshotAt))
  const before = Math.max(...known.filter((time) => time < Date.parse(newest)))
  if (before === -Infinity)
    return { name, state: 'SKIPPED', detail: 'No earlier recovery point is on record.' }
  const gap = Date.parse(newest) - before
  const detail = `${formatDuration(gap)} of ${formatDuration(dataLoss)} between the last two snapshots`
  return gap <= dataLoss
    ? { name, state: 'PROVED', detail }
    : {
        ...{ name, state: 'SKIPPED' },
        detail: `${detail}: ${formatDuration(gap - dataLoss)} over the guarantee`,
        hint: 'Find out why no export ran in between, and let exports run at least twice as often as is promised.',
      }
}

/** @param now by GitHub's clock, as the time of a run is */
function judgeSchedule(
  { dataLoss }: Guarantee,
  workflows: readonly WorkflowState[],
  now: Date,
): Check {
  const name = 'schedule'
  const active = workflows.filter(({ state }) => state === 'active')
  // What no schedule has started so far, drills by hand, say, people may do without.
  const isMissed = ({ state, scheduledAt }: WorkflowState) =>
    active.length === 0 || state === 'disabled_inactivity' || scheduledAt !== undefined
  const off = workflows.filter((one) => one.state !== 'active' && isMissed(one))
  if (workflows.length === 0) {
    return {
      ...{ name, state: 'NOT PROVED' },
      detail: 'GitHub knows none of the workflows that export and drill.',
      hint: 'Name them in the input `proving-workflows`.',
    }
  }
  if (off.length === 0) {
    const runs = workflows.flatMap(({ scheduledAt }) => scheduledAt?.getTime() ?? [])
    const since = runs.length === 0 ? undefined : now.getTime() - Math.max(...runs)
    return judgeLastStart(dataLoss, active, since)
  }
  const enable = off.map(({ path }) => `gh workflow enable ${path.split('/').at(-1) ?? path}`)
  return {
    ...{ name, state: 'FAILED' },
    detail: `GitHub does not start ${off.map(({ path, state }) => `${path} (${state})`).join(' and ')}.`,
    hint: `Switch it on again: ${enable.join('; ')}. GitHub switches schedules off after 60 quiet days in a public repository.`,
  }
}

/** @param since milliseconds since a schedule last started a run; undefined where none ever did */
function judgeLastStart(
  dataLoss: number,
  workflows: readonly WorkflowState[],
  since: number | undefined,
): Check {
  const name = 'schedule'
  const started = `GitHub starts ${workflows.map(({ path }) => path).join(' and ')}`
  // Who exports otherwise has none, and a new one may not have been due.
  if (since === undefined)
    return { name, state: 'PROVED', detail: `${started}. No schedule has started a run so far.` }
  const ago = `${formatDuration(Math.max(since, 0))} ago`
  if (since <= dataLoss)
    return { name, state: 'PROVED', detail: `${started}; a schedule did ${ago}.` }
  return {
    ...{ name, state: 'FAILED' },
    detail: `A schedule last started a run ${ago}, more than the promised data loss: only runs by hand made backups since.`,
    hint: 'See whether the workflow file on the default branch still has its schedule; a commit that changes the file makes GitHub read it anew.',
  }
}
