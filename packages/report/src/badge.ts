import type { DrillReport, State } from '@recovery-playbook/drill'

const day = 86_400_000

/** What drills have shown, as far as a badge tells it. */
interface Shown {
  readonly verdict: Exclude<State, 'SKIPPED'>
  /** UTC, `2026-11-24`: of the snapshot that was drilled, as far as one is known; else of the drill. */
  readonly on: string
}

/**
 * What stands on the badge, as old as it is now. It hangs on the day that the badge itself shows, and on
 * no drill that was recorded elsewhere, such as one of another branch.
 *
 * @param before the badge as it stands, where there is one
 * @param maxProofAge milliseconds from the beginning of that day: green for no longer than `proof` is
 */
export const agedBadge = (before: string | undefined, now: Date, maxProofAge: number): string =>
  badge(shownBy(before), now, maxProofAge)

/** The badge after a drill of the database. */
export const badgeAfter = (
  found: Found,
  before: string | undefined,
  now: Date,
  maxProofAge: number,
): string => badge(shownAfter(found, shownBy(before), now), now, maxProofAge)

type Found = Pick<DrillReport, 'verdict' | 'point'>

function shownAfter({ verdict, point }: Found, before: Shown | undefined, now: Date) {
  const today = now.toISOString().slice(0, 10)
  if (verdict === 'SKIPPED') return before
  const known = before !== undefined && before.on <= today ? before : undefined
  const on = point?.manifest.snapshotAt.slice(0, 10) ?? known?.on ?? today
  // What was found of a newer snapshot is not forgotten for what is found of an older one.
  const isOlder = known !== undefined && on < known.on
  if (verdict !== 'PROVED')
    return { verdict, on: isOlder && known.verdict !== 'PROVED' ? known.on : on }
  // A partial recovery point proves nothing about the database.
  if (point === undefined || point.manifest.partial === true) return before
  return isOlder ? before : { verdict, on }
}

/** The badge reads what it wrote: shields.io refuses a file with a key of ours. */
function shownBy(text = ''): Shown | undefined {
  const [, verdict, on] = /"(PROVED|FAILED|NOT PROVED) [^"]*\((\d{4}-\d\d-\d\d)\)"/.exec(text) ?? []
  return verdict === undefined || on === undefined
    ? undefined
    : { verdict: verdict as Shown['verdict'], on }
}

/** shields.io/badges/endpoint-badge; `isError` keeps an address from asking for another colour. */
function badge(shown: Shown | undefined, now: Date, maxProofAge: number): string {
  const { message, color } = inShort(shown, now, maxProofAge)
  const isError = color !== 'brightgreen'
  const cacheSeconds = 3600
  return `${JSON.stringify({ schemaVersion: 1, label: 'recovery', message, color, isError, cacheSeconds })}\n`
}

function inShort(shown: Shown | undefined, now: Date, maxProofAge: number) {
  if (shown === undefined) return { message: 'never proved', color: 'lightgrey' }
  const { verdict, on } = shown
  if (verdict === 'FAILED') return { message: `${verdict} (${on})`, color: 'red' }
  const age = now.getTime() - Date.parse(on)
  // Of a day that is still to come no age can be told.
  if (verdict === 'NOT PROVED' || !(age >= 0))
    return { message: `${verdict} (${on})`, color: 'orange' }
  const message = `PROVED ${daysAgo(Math.floor(age / day))} (${on})`
  return { message, color: age <= maxProofAge ? 'brightgreen' : 'red' }
}

const daysAgo = (days: number) =>
  days === 0 ? 'today' : days === 1 ? '1 day ago' : `${days} days ago`
