import type { Playbook, Scenario } from '@recovery-playbook/playbook'
import { scenarios } from '@recovery-playbook/playbook'
import { type HistoryRow, readHistory } from '@recovery-playbook/recovery-log'
import type { Home } from './desk.ts'
import { databasesOf } from './playbook-file.ts'

export type Drill = Extract<HistoryRow, { kind: 'drill' }>

/**
 * The latest drill of each scenario; of several databases the one that ended worst counts, and then the
 * slowest.
 *
 * @throws Failure, or what GitHub refuses as Octokit says it
 */
export async function lastDrills(
  { request, repository }: Home,
  playbook: Playbook,
): Promise<Drill[]> {
  if (request === undefined) throw new TypeError('no token')
  const histories = await Promise.all(
    databasesOf(playbook).map((database) => readHistory(request, repository, database)),
  )
  return scenarios.flatMap((scenario) => {
    const last = histories.flatMap((rows) => latest(rows, scenario) ?? [])
    const [worst] = last.toSorted(
      (a, b) =>
        Number(a.verdict === 'PROVED') - Number(b.verdict === 'PROVED') ||
        (b.recoverySeconds ?? 0) - (a.recoverySeconds ?? 0),
    )
    return worst === undefined ? [] : [worst]
  })
}

const latest = (rows: readonly HistoryRow[], scenario: Scenario): Drill | undefined =>
  rows
    .filter(
      (row): row is Drill =>
        row.kind === 'drill' && row.scenario === scenario && row.verdict !== 'SKIPPED',
    )
    .at(-1)
