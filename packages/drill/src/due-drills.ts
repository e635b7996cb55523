import type { Playbook, Scenario } from '@recovery-playbook/playbook'
import type { HistoryRow } from '@recovery-playbook/recovery-log'

const hour = 3_600_000
const day = 24 * hour

/** Milliseconds from one drill to the next. Going back in code is drilled by hand alone. */
const rhythm = {
  'database-restore': 7 * day,
  'environment-rebuild': 28 * day,
  catastrophe: 28 * day,
} as const satisfies Partial<Record<Scenario, number>>

type Repeated = keyof typeof rhythm

/** What did not end well is drilled again after so long, not a week or a month later. */
const again = day

/** Milliseconds: a run that starts so much earlier in its week than the last one is not put off to the next. */
const early = 6 * hour

/**
 * What is to be drilled now. It hangs on what was drilled, and not on which schedule started the run: a
 * run that GitHub drops is made up for by the next one.
 *
 * @param rows the history of the database, the oldest first; of restores those of the latest recovery point
 *   that was drilled, on which the guard hangs
 * @param drillable scenarios that the playbook has the means for
 * @returns the cheapest first
 */
export function dueDrills(
  rows: readonly HistoryRow[],
  drillable: readonly Scenario[],
  now: Date,
): Repeated[] {
  return (Object.keys(rhythm) as Repeated[]).filter((scenario) => {
    if (!drillable.includes(scenario)) return false
    const last = rows.findLast((row) => row.kind === 'drill' && row.scenario === scenario)
    if (last?.kind !== 'drill') return true
    const since = (time: string) => now.getTime() - Date.parse(time)
    const drilled = since(last.recordedAt)
    // A drill of tomorrow tells of a clock that was wrong, and not that nothing is due.
    if (drilled < 0) return true
    // The guard counts from the snapshot.
    const age = scenario === 'database-restore' ? since(last.snapshotAt) : drilled
    const isProved = last.verdict === 'PROVED' && age >= 0
    return isProved ? age >= rhythm[scenario] - early : drilled >= again - early
  })
}

/** The means: the application, as the playbook describes it, and a copy outside of the account. */
export const drillableScenarios = (
  { drill, mirrors }: Pick<Playbook, 'drill' | 'mirrors'>,
  owner: string,
): Scenario[] => [
  'database-restore',
  ...(drill === undefined ? [] : (['environment-rebuild'] as const)),
  ...(drill === undefined || outsideMirror(mirrors, owner) === undefined
    ? []
    : (['catastrophe'] as const)),
]

/** The first mirror that is a repository of another owner, as `owner/name`. */
export const outsideMirror = (mirrors: Playbook['mirrors'], owner: string): string | undefined =>
  mirrors.find(({ to }) => {
    const [first, ...rest] = to.split('/')
    return /^[^./]/.test(to) && rest.length === 1 && first?.toLowerCase() !== owner.toLowerCase()
  })?.to
