import {
  type Account,
  judgeMigrations,
  loadInitialData,
  lookAt,
  migrateCheck,
  migrationsAt,
  type PlaceWithData,
  sandbox,
  serve,
  staticFiles,
  syntheticAccount,
  systemCheck,
  testSuite,
  checkByManage,
  visitAll,
  visitor,
} from '@recovery-playbook/application'
import type { Django, Visit } from '@recovery-playbook/playbook'
import type { Connection, ThrowawayCluster } from '@recovery-playbook/postgres'
import { type Check, checkOfError } from '@recovery-playbook/verdict'
import { type Findings, look } from './order.ts'
import { nameOfCheck } from './plan.ts'
import type { Prepared, Preparing } from './prepare.ts'
import { rollBack } from './roll-back.ts'

export interface Proving extends Preparing {
  readonly cluster: ThrowawayCluster
  readonly prepared: Prepared
  readonly database: Connection
  readonly maker: Connection
  readonly psql: string
  /** With a short path; the application's user may write into it. */
  readonly socketDirectory: string
}

/**
 * Looks whether the application works on the restored data: by Django's own means, by the playbook's checks,
 * and by visiting it. Everything is looked at, also after something was found.
 *
 * @param ready is called as soon as the application answers, or has not
 */
export async function proveApplication(
  proving: Proving,
  findings: Findings,
  ready: (isUp: boolean) => void,
): Promise<void> {
  const { application, drill, point } = proving
  const { django, checks } = application
  let place = placeWithData(proving)
  if (drill.scenario === 'code-rollback') {
    if (django !== false) {
      const database = await rollBack(proving, place, django, findings)
      if (database === undefined) {
        ready(false)
        return
      }
      place = { ...place, database }
      if (django.static) {
        await look(findings, 'static files', 'Collect static files', () =>
          staticFiles(place, django),
        )
      }
    }
    await serveAndVisit(proving, place, findings, ready)
    return
  }
  if (django !== false) await lookWithDjango(proving, place, django, findings)
  for (const check of checks) {
    const name = nameOfCheck(check.name)
    const looking = { ...drill, place, psql: proving.psql, snapshotAt: point.manifest.snapshotAt }
    await look(findings, name, check.name, () => lookAt(check, looking))
  }
  await serveAndVisit(proving, place, findings, ready)
}

async function lookWithDjango(
  { drill, psql }: Proving,
  place: PlaceWithData,
  django: Django,
  findings: Findings,
): Promise<void> {
  const { settle } = findings
  const does = (name: string, title: string, work: () => Promise<Check>) =>
    look(findings, name, title, work)
  if (drill.scenario !== 'database-restore') {
    await does('migrate', 'Migrate', () =>
      checkByManage(place, django, ['migrate', '--noinput', '--database', django.database], {
        name: 'migrate',
        proves: 'manage.py migrate ended well.',
        hint: 'Run manage.py migrate on a restored copy.',
      }),
    )
  }
  await does('django check', 'Check with Django', () => systemCheck(place, django))
  await does('migrate --check', 'Ask Django about migrations', () => migrateCheck(place, django))
  await does('migrations', 'Compare migrations', async () =>
    judgeMigrations(await migrationsAt(place, django)),
  )
  await does('initial data', 'Load initial data', () =>
    loadInitialData(django, { ...drill, place, psql }),
  )
  if (django.static)
    await does('static files', 'Collect static files', () => staticFiles(place, django))
  else settle({ name: 'static files', state: 'SKIPPED', detail: switchedOff })
  if (django.tests) await does('test suite', 'Run the tests', () => testSuite(place, django))
  else
    settle({
      name: 'test suite',
      state: 'SKIPPED',
      detail: `${switchedOff} \`tests: true\` runs it.`,
    })
}

const switchedOff = 'Not asked for in `django`.'

async function serveAndVisit(
  proving: Proving,
  place: PlaceWithData,
  { settle, phase }: Findings,
  ready: (isUp: boolean) => void,
): Promise<void> {
  const { application, http, clock, socketDirectory } = proving
  if (application.serve === undefined) {
    // The data can be proved without it; an environment cannot.
    const isEnough = proving.drill.scenario === 'database-restore'
    if (!isEnough) settle(notDescribed)
    ready(isEnough)
    return
  }
  const order = { place, http, clock, socketDirectory }
  const { serve: serving } = application
  const starting = phase('Start the application', () => serve(serving, order))
  starting.catch((error: unknown) => {
    settle(checkOfError('served', error))
    ready(false)
  })
  await using served = await starting
  settle(served.check)
  ready(served.socket !== undefined)
  const { socket } = served
  if (socket === undefined) return
  const person = visitor(http, socket)
  const visiting = (one: Visit) => accountOf(one, proving, place)
  const found = await phase('Visit it', () => visitAll(application.visits, person, visiting))
  found.forEach(settle)
}

const notDescribed: Check = {
  name: 'served',
  state: 'NOT PROVED',
  detail: 'Nothing says how the application is started.',
  hint: 'Describe it under `serve` in the input `application`.',
}

async function accountOf(visit: Visit, proving: Proving, place: PlaceWithData): Promise<Account> {
  const { application, environment } = proving
  const { as, 'password-variable': variable = '' } = visit
  if (as === 'synthetic' && application.django !== false) {
    return syntheticAccount(place, application.django)
  }
  const password = place.configuration[variable] ?? environment[variable] ?? ''
  if (password === '') throw new Error(`the variable ${variable} is not set`)
  proving.mask(password)
  return { name: as, password }
}

/** Its output must not show how to reach the restored data, or a secret of the application. */
function placeWithData(proving: Proving): PlaceWithData {
  const { prepared, database, maker, drill, isolation, relay, clock } = proving
  const passwords = [database, maker].map(({ environment: { PGPASSWORD = '' } }) => PGPASSWORD)
  const secrets = [...passwords, ...prepared.secrets]
  const { processes, identity } = drill
  return {
    ...prepared.place,
    sandbox: sandbox({ processes, identity, isolation, relay, clock, secrets }),
    database,
    maker,
  }
}
