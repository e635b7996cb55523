import { type Scenario, scenarios } from '@recovery-playbook/playbook'
import { promiseIn } from './promise-in.ts'
import type { Table } from './tables.ts'

export interface Promised {
  readonly scenario: Scenario
  readonly line: number
  /** In milliseconds, where a duration is written. */
  readonly recoveryTime: number | undefined
  readonly dataLoss: number | undefined
}

/**
 * What the guarantee tables of a document promise: those with a column of recovery times or of losses. The
 * first promise of a scenario counts.
 *
 * @returns beside it what was not understood, in words with its line
 */
export function guaranteesIn(tables: readonly Table[]) {
  const found: Promised[] = []
  const unread: string[] = []
  for (const {
    header: { cells: header },
    rows,
  } of tables) {
    const time = header.findIndex((cell) =>
      /recovery time|restore time|\brto\b|wiederherstellungszeit/i.test(cell),
    )
    const loss = header.findIndex((cell) =>
      /data loss|recovery point|\brpo\b|datenverlust/i.test(cell),
    )
    if (time < 0 && loss < 0) continue
    for (const { line, cells } of rows) {
      const scenario = scenarioIn(cells.find((_, at) => at !== time && at !== loss) ?? '')
      const promise = (at: number, what: string) => {
        const cell = cells[at] ?? ''
        const milliseconds = at < 0 ? undefined : promiseIn(cell)
        if (at >= 0 && milliseconds === undefined) {
          unread.push(`line ${line}: '${cell}' is no ${what} that can be measured`)
        }
        return milliseconds
      }
      if (scenario === undefined) {
        unread.push(`line ${line}: '${cells[0] ?? ''}' is none of ${scenarios.join(', ')}`)
      } else if (found.some((one) => one.scenario === scenario)) {
        unread.push(`line ${line}: ${scenario} was promised above already`)
      } else {
        const recoveryTime = promise(time, 'recovery time')
        found.push({
          scenario,
          line,
          // Nothing recovers in no time.
          recoveryTime: recoveryTime === 0 ? undefined : recoveryTime,
          dataLoss: promise(loss, 'data loss'),
        })
      }
    }
  }
  return { promises: found, unread }
}

/** The first that fits: a catastrophe may speak of the database, too. */
const wordsOfScenarios: readonly (readonly [RegExp, Scenario])[] = [
  [/[ck]atastroph|account|total|everything|all (is )?(lost|gone)/i, 'catastrophe'],
  [
    /environment|rebuild|neuaufbau|umgebung|infrastructure|server|hosting|platform|railway/i,
    'environment-rebuild',
  ],
  [/database|datenbank|postgres|\bdb\b|\bdata\b/i, 'database-restore'],
  [/code|roll-?back|deploy|release|\bgit\b/i, 'code-rollback'],
]

const scenarioIn = (text: string): Scenario | undefined =>
  wordsOfScenarios.find(([words]) => words.test(text))?.[1]
