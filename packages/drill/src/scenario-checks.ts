import type { Check } from '@recovery-playbook/verdict'
import { applicationPlan } from './application/plan.ts'
import type { Drill } from './drill.ts'
import type { Phase } from './phases.ts'

/** What a scenario looks at beside the database, in the order in which it is done. */
export function scenarioPlan({ scenario, application }: Drill): string[] {
  return [
    ...(scenario === 'catastrophe' ? ['outside the account'] : []),
    ...(application === undefined
      ? scenario === 'database-restore'
        ? []
        : ['application']
      : applicationPlan(application.application, scenario)),
  ]
}

/** What can be said of a scenario before anything is opened. */
export function judgeScenario({ scenario, application, outsideAccount }: Drill): Check[] {
  const checks: Check[] = []
  if (scenario === 'catastrophe') checks.push(outsideAccount ? isOutside : isInside)
  if (scenario !== 'database-restore' && application === undefined) checks.push(notDescribed)
  return checks
}

const isOutside: Check = {
  name: 'outside the account',
  state: 'PROVED',
  detail: 'The recovery point was read from where the loss of the account does not reach.',
}

const isInside: Check = {
  name: 'outside the account',
  state: 'NOT PROVED',
  detail:
    'The recovery point lies in the account that is taken for lost: it would be lost with it.',
  hint: 'Let the export copy it outside (input `mirrors`), and drill that copy: its folder in the input `directory`, or its repository and token.',
}

const notDescribed: Check = {
  name: 'application',
  state: 'NOT PROVED',
  detail: 'Nothing says how the application is set up, started and looked at.',
  hint: 'Describe it in the input `application`; the README has an example for Django.',
}

export const goingBack = {
  state: 'SKIPPED',
  detail: 'Going back in code restores no data; `loss by going back` says what it costs.',
} as const

/** Going back in code needs no restored database: that is only there for the rehearsal. */
export const timeBack = (phases: readonly Phase[]) =>
  phases
    .filter(({ title }) => phasesBack.has(title))
    .reduce((sum, { milliseconds }) => sum + milliseconds, 0)

const phasesBack = new Set([
  'Find the backup tag',
  'Check out the code',
  'Read the configuration',
  'Set up the application',
  'Undo the migrations in a copy',
  'Collect static files',
  'Start the application',
])

export const notUp: Check = {
  name: 'recovery time',
  state: 'NOT PROVED',
  detail: 'The application did not come up, so there is no time to judge.',
}
