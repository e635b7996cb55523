import type { Guarantee } from './guarantee.ts'

/** What may happen, and what a playbook promises for it. */
export const scenarios = [
  'code-rollback',
  'database-restore',
  'environment-rebuild',
  'catastrophe',
] as const

export type Scenario = (typeof scenarios)[number]

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Of a playbook that says nothing else: what people promise who have never tried. */
export const usualGuarantees: Readonly<Record<Scenario, Guarantee>> = {
  // Code is in git: going back to a tag loses no data.
  'code-rollback': { recoveryTime: 5 * minute, dataLoss: 0 },
  'database-restore': { recoveryTime: 30 * minute, dataLoss: day },
  'environment-rebuild': { recoveryTime: 2 * hour, dataLoss: day },
  catastrophe: { recoveryTime: 4 * hour, dataLoss: 7 * day },
}
