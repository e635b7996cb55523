import { namesOfVisits } from '@recovery-playbook/application'
import type { Application, Scenario } from '@recovery-playbook/playbook'
import { rollBackChecks } from './roll-back.ts'

/** What is looked at of an application, in the order in which it is done. */
export function applicationPlan(
  { django, checks, serve, visits }: Application,
  scenario: Scenario,
): string[] {
  const isStarted = serve !== undefined || scenario !== 'database-restore'
  const visited = [...(isStarted ? ['served'] : []), ...namesOfVisits(visits)]
  if (scenario === 'code-rollback') {
    const goingBack =
      django === false
        ? []
        : ['newer code', ...rollBackChecks, ...(django.static ? ['static files'] : [])]
    return ['backup tag', ...beforeData, ...goingBack, ...visited]
  }
  return [
    ...beforeData,
    ...(django === false
      ? []
      : [
          ...(scenario === 'database-restore' ? [] : ['migrate']),
          ...['django check', 'migrate --check', 'migrations', 'initial data'],
          ...['static files', 'test suite'],
        ]),
    ...checks.map(({ name }) => nameOfCheck(name)),
    ...visited,
  ]
}

/** Before any data is there. */
const beforeData = ['code', 'configuration', 'set up'] as const

/** A check's own name must not be one of ours. */
export const nameOfCheck = (name: string) => `check: ${name}`
