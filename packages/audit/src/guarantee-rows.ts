import type { Table } from '@recovery-playbook/document'
import type { Scenario } from '@recovery-playbook/playbook'
import { durationIn } from './human-duration.ts'

export interface GuaranteeRow {
  readonly scenario: Scenario
  readonly line: number
  /** Milliseconds; undefined where the table does not say. */
  readonly recoveryTime: number | undefined
  readonly dataLoss: number | undefined
}

const time = /recovery time|time to recover|\bRTO\b|restore time|wiederherstellungszeit|dauer/i
const loss = /data loss|loss|\bRPO\b|datenverlust|verlust/i

/** In this order: "full database rebuild" is a rebuild. */
const kinds: readonly (readonly [RegExp, Scenario])[] = [
  [/catastroph|everything|total loss|account|katastrophe/i, 'catastrophe'],
  [/rebuild|environment|neuaufbau|umgebung/i, 'environment-rebuild'],
  [/rollback|roll back|\bcode\b|deploy/i, 'code-rollback'],
  [/database|restore|datenbank|\bDB\b/i, 'database-restore'],
]

/** The promises of a document's guarantee tables: those with a column of times and one of losses. */
export const guaranteeRows = (tables: readonly Table[]): GuaranteeRow[] =>
  tables.flatMap(({ header, rows }) => {
    const times = header.cells.findIndex((cell) => time.test(cell))
    const losses = header.cells.findIndex((cell, index) => index !== times && loss.test(cell))
    if (times === -1 || losses === -1) return []
    return rows.flatMap(({ cells, line }) => {
      const scenario = kinds.find(([words]) => words.test(cells[0] ?? ''))?.[1]
      if (scenario === undefined) return []
      const recoveryTime = durationIn(cells[times] ?? '')
      return [{ scenario, line, recoveryTime, dataLoss: durationIn(cells[losses] ?? '') }]
    })
  })
