import { report, stopwatch } from '@recovery-playbook/drill'
import { Failure, messageOf } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import { badgeOfDrill } from './badge.ts'
import { readTelling } from './inputs/telling.ts'
import { noteOperation, operationOf } from './note-operation.ts'
import { pacedRequest } from './store.ts'
import { tellPeople } from './tell-people.ts'
import { withoutSecrets } from './without-secrets.ts'

/**
 * A drill that could not begin, because a secret is gone, say, has proved nothing: people hear of it as
 * of a drill that failed. The error itself is for the caller, whatever happens here.
 */
export async function tellRefusal(error: unknown, runner: Runner): Promise<void> {
  await tell(error, runner).catch((failed: unknown) => {
    runner.info(`Nobody was told of it: ${messageOf(failed)}`)
  })
}

async function tell(error: unknown, runner: Runner): Promise<void> {
  const telling = await readTelling(runner)
  if (telling === undefined || (error instanceof Failure && error.code === 'CANCELLED')) return
  const request = pacedRequest(telling.token, runner)
  const { scenario, guarantee } = telling
  const hint = error instanceof Failure ? error.hint : 'Report it as a bug with the log.'
  const check = { name: 'begun', state: 'NOT PROVED', detail: messageOf(error), hint } as const
  const refused = report({
    ...{ scenario, verdict: check.state, checks: [check], point: undefined, figures: undefined },
    watch: stopwatch(runner),
    order: { guarantee, clock: runner.clock },
  })
  const told = withoutSecrets(refused, runner)
  if (telling.record) {
    const entry = operationOf('drill', told, telling.name, runner)
    await noteOperation(entry, runner, request, [badgeOfDrill(told, telling, runner)])
  }
  await tellPeople(told, telling, runner, request)
}
