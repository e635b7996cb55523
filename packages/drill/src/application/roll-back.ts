import {
  judgeOutcome,
  manage,
  type Migration,
  type Migrations,
  migrationsAt,
  migrationsInWords,
  type PlaceWithData,
  printed,
  runIn,
} from '@recovery-playbook/application'
import type { Django } from '@recovery-playbook/playbook'
import { type Connection, copyDatabase, lostBetween } from '@recovery-playbook/postgres'
import type { Check } from '@recovery-playbook/verdict'
import { type Findings, look } from './order.ts'
import type { Proving } from './prove.ts'

export const rollBackChecks = ['code and data', 'rehearsal', 'loss by going back'] as const

const [fits, rehearsal, loss] = rollBackChecks

/**
 * Whether the older code can run on today's data: which migrations the database has and the code has not,
 * and whether they can be undone. They are undone in a copy, by the newer code, which alone knows how.
 *
 * @param older a place with the older code
 * @returns the database that the older code can run on; undefined where there is none
 */
export async function rollBack(
  proving: Proving,
  older: PlaceWithData,
  django: Django,
  findings: Findings,
): Promise<Connection | undefined> {
  const { prepared, database, drill, cluster, psql } = proving
  let going: { readonly ahead: readonly Migration[]; readonly known: Migrations } | undefined
  await look(findings, fits, 'Compare migrations', async () => {
    const known = await migrationsAt(older, django)
    if ('code' in known) return couldNotTell(printed(known))
    const there = new Set(known.known.map(String))
    const unknown = known.applied.filter((one) => !there.has(String(one)))
    if (unknown.length === 0) {
      going = { ahead: [], known }
      return judgeOlder(known)
    }
    if (prepared.newer === undefined) return couldNotTell(' The newer code is not set up.')
    const undoing = await migrationsAt({ ...older, ...prepared.newer }, django)
    if ('code' in undoing) return couldNotTell(printed(undoing))
    // What neither knows is of an app that both have left behind.
    const ahead = unknown.filter(([app]) => undoing.apps.includes(app) || known.apps.includes(app))
    if (ahead.length === 0) {
      going = { ahead, known }
      return judgeOlder(known)
    }
    const check = judgeUndoing(ahead, undoing)
    if (check.state === 'PROVED') going = { ahead, known }
    return check
  })
  if (going === undefined) return undefined
  const { ahead, known } = going as { ahead: readonly Migration[]; known: Migrations }
  if (ahead.length === 0) {
    const detail = 'The database has nothing to undo.'
    findings.settle({ name: rehearsal, state: 'SKIPPED', detail })
    findings.settle({ name: loss, state: 'PROVED', detail: 'Nothing is lost: no data is touched.' })
    return database
  }

  let copy: Connection | undefined
  const state = await look(findings, rehearsal, 'Undo the migrations in a copy', async () => {
    copy = await copyDatabase(cluster, drill.processes, database, 'rolled_back')
    const undoing = { ...older, ...prepared.newer, database: copy }
    return undo(undoing, django, targetsOf(ahead, known))
  })
  if (state !== 'PROVED' || copy === undefined) return undefined
  const after: Connection = copy
  // What it has in fewer rows is the list of migrations itself.
  const comparing = { psql, processes: drill.processes, apartFrom: 'django_migrations' }
  await look(findings, loss, 'Look what that loses', async () =>
    judgeLoss(await lostBetween({ ...comparing, before: database, after })),
  )
  return after
}

function judgeOlder({ missing, applied }: Migrations): Check {
  if (missing.length === 0) {
    return {
      name: fits,
      state: 'PROVED',
      detail: `The code of the tag knows all ${applied.length} migrations that the database has.`,
    }
  }
  return {
    name: fits,
    state: 'FAILED',
    detail: `The data is older than the code of the tag: the database lacks ${migrationsInWords(missing)}.`,
    hint: 'Go back to a tag that is not newer than the recovery point.',
  }
}

function judgeUndoing(extra: readonly Migration[], { irreversible, known }: Migrations): Check {
  const stuck = new Set(irreversible.map(String))
  const there = new Set(known.map(String))
  const never = extra.filter((one) => stuck.has(String(one)) || !there.has(String(one)))
  const has = `The database has what the code of the tag has not: ${migrationsInWords(extra)}.`
  if (never.length === 0)
    return { name: fits, state: 'PROVED', detail: `${has} Each can be undone.` }
  return {
    name: fits,
    state: 'FAILED',
    detail: `${has} These cannot be undone: ${migrationsInWords(never)}.`,
    hint: 'Going back to this tag takes a database from before them: restore the recovery point of that time as well, or write the way back.',
  }
}

/** For each app the last migration that the older code knows; `zero` where it knows none. */
function targetsOf(ahead: readonly Migration[], { parents }: Migrations): [string, string][] {
  return [...new Set(ahead.map(([app]) => app))].map((app) => {
    const own = parents.filter(([[one]]) => one === app)
    const followed = new Set(own.flatMap(([, above]) => above.map(String)))
    const last = own.find(([child]) => !followed.has(String(child)))
    return [app, last?.[0][1] ?? 'zero']
  })
}

async function undo(
  place: PlaceWithData,
  django: Django,
  targets: readonly [string, string][],
): Promise<Check> {
  const { timeout } = django
  const lines = targets.map((target) =>
    manage(django, 'migrate', '--noinput', '--database', django.database, ...target),
  )
  return judgeOutcome(await runIn(place, lines.join('\n'), timeout), {
    name: rehearsal,
    timeout,
    proves: `The newer code went back: ${targets.map((one) => one.join(' to ')).join(', ')}.`,
    hint: 'Run these on a restored copy, with the newer code: manage.py migrate APP NAME.',
  })
}

function judgeLoss(losses: readonly string[]): Check {
  if (losses.length === 0) {
    return { name: loss, state: 'PROVED', detail: 'No row, and no column with a value, is lost.' }
  }
  return {
    name: loss,
    state: 'FAILED',
    detail: `Going back to this tag loses:\n${losses.slice(0, 20).join('\n')}`,
    hint: 'Keep a recovery point of today before you go back, or promise no rollback without loss over this change.',
  }
}

const couldNotTell = (why: string): Check => ({
  name: fits,
  state: 'NOT PROVED',
  detail: `Django could not tell its migrations.${why}`,
  hint: 'Run manage.py showmigrations with the code of the tag on a restored copy.',
})
