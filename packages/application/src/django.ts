import { randomBytes } from 'node:crypto'
import type { Django } from '@recovery-playbook/playbook'
import type { Check } from '@recovery-playbook/verdict'
import { judgeOutcome, printed } from './outcome.ts'
import { type PlaceWithData, runIn } from './place.ts'
import { answerMark, makeAccount, readMigrations } from './python.ts'
import type { Outcome, Variables } from './sandbox.ts'
import type { Account } from './visits.ts'

const shellWord = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`

export const manage = ({ python, manage: file }: Django, ...words: string[]): string =>
  [python, file, ...words].map(shellWord).join(' ')

/** Runs one of manage.py's commands beside the restored data, as a check. */
export async function checkByManage(
  place: PlaceWithData,
  django: Django,
  words: readonly string[],
  told: { readonly name: string; readonly proves: string; readonly hint: string },
  isTest = false,
): Promise<Check> {
  const script = manage(django, ...words)
  const { timeout } = django
  const as = isTest ? place.maker : place.database
  return judgeOutcome(await runIn(place, script, timeout, {}, as), { ...told, timeout })
}

/** `check --database`: without that option it does not look at the database at all. */
export const systemCheck = (place: PlaceWithData, django: Django): Promise<Check> =>
  checkByManage(place, django, ['check', '--database', django.database], {
    name: 'django check',
    proves: 'manage.py check finds nothing against code, settings and the restored database.',
    hint: 'Run manage.py check --database on a restored copy.',
  })

/** Django's own word on migrations, beside our comparison of both ways. */
export const migrateCheck = (place: PlaceWithData, django: Django): Promise<Check> =>
  checkByManage(place, django, ['migrate', '--check', '--noinput', '--database', django.database], {
    name: 'migrate --check',
    proves: 'manage.py migrate --check finds no migration that the database lacks.',
    hint: 'Run manage.py migrate --plan on a restored copy: it lists what the database lacks.',
  })

export const staticFiles = (place: PlaceWithData, django: Django): Promise<Check> =>
  checkByManage(place, django, ['collectstatic', '--noinput'], {
    name: 'static files',
    proves: 'manage.py collectstatic has collected them.',
    hint: 'Run manage.py collectstatic --noinput in a fresh clone.',
  })

export const testSuite = (place: PlaceWithData, django: Django): Promise<Check> =>
  checkByManage(
    place,
    django,
    ['test', '--noinput'],
    {
      name: 'test suite',
      proves: 'manage.py test passed, in a database of its own: it says nothing about the data.',
      hint: 'Run manage.py test at the recovered commit.',
    },
    true,
  )

export type Migration = readonly [app: string, name: string]

export interface Migrations {
  /** What the database has. */
  readonly applied: readonly Migration[]
  /** What the code has, also under names that a squashed one replaces. */
  readonly known: readonly Migration[]
  /** Apps that the code has, with migrations. */
  readonly apps: readonly string[]
  /** What the code has and the database has not. */
  readonly missing: readonly Migration[]
  /** Of the code's, those that Django cannot undo. */
  readonly irreversible: readonly Migration[]
  readonly parents: readonly (readonly [Migration, readonly Migration[]])[]
}

export const inWords = (migrations: readonly Migration[]) =>
  migrations.map(([app, name]) => `${app}.${name}`).join(', ')

/** What the code at a place and the restored database have of each other's migrations. */
export async function migrationsAt(
  place: PlaceWithData,
  django: Django,
): Promise<Migrations | Outcome> {
  const outcome = await python(place, django, readMigrations)
  return outcome.answer === undefined ? outcome : (outcome.answer as Migrations)
}

/**
 * Whether code and database belong together: Django itself finds migrations that the database lacks, and
 * says nothing of those that the code lacks.
 */
export function judgeMigrations(found: Migrations | Outcome): Check {
  const name = 'migrations'
  if ('code' in found) return couldNotTell(name, found)
  const { missing, apps, applied } = found
  const extra = unknownTo(found)
  const hint =
    'Recover the commit that the data belongs to, or run the migrations that are missing.'
  if (missing.length > 0 || extra.length > 0) {
    const lines = [
      ...(missing.length === 0 ? [] : [`The database lacks: ${inWords(missing)}.`]),
      ...(extra.length === 0 ? [] : [`The code lacks what the database has: ${inWords(extra)}.`]),
    ]
    return { name, state: 'FAILED', detail: lines.join('\n'), hint }
  }
  const gone = [...new Set(applied.map(([app]) => app).filter((app) => !apps.includes(app)))]
  const of = gone.length === 0 ? '' : ` Of apps that the code has no more: ${gone.join(', ')}.`
  return {
    name,
    state: 'PROVED',
    detail: `Code and database have the same ${applied.length} migrations; heads: ${inWords(headsOf(found))}.${of}`,
  }
}

/** The database has them, and the code of their app has not. */
export function unknownTo({ applied, known, apps }: Migrations): Migration[] {
  const names = new Set(known.map(String))
  return applied.filter((one) => apps.includes(one[0]) && !names.has(String(one)))
}

/** The last of each app that nothing else of the app follows. */
function headsOf({ applied, parents, apps }: Migrations): Migration[] {
  const followed = new Set(
    parents.flatMap(([child, above]) => above.filter(([app]) => app === child[0]).map(String)),
  )
  const nodes = new Set(parents.map(([child]) => String(child)))
  return applied.filter(
    (one) => apps.includes(one[0]) && nodes.has(String(one)) && !followed.has(String(one)),
  )
}

/** A random name and password; the account is gone with the restored copy. */
export async function syntheticAccount(place: PlaceWithData, django: Django): Promise<Account> {
  const DRILL_NAME = `drill-${randomBytes(6).toString('hex')}`
  const password = randomBytes(18).toString('base64url')
  const outcome = await python(place, django, makeAccount, { DRILL_NAME, DRILL_PASSWORD: password })
  const { name } = (outcome.answer ?? {}) as { name?: string }
  if (name === undefined) throw new Error(`none could be made.${printed(outcome)}`)
  return { name, password }
}

async function python(
  place: PlaceWithData,
  django: Django,
  script: string,
  more: Variables = {},
): Promise<Outcome & { readonly answer?: unknown }> {
  const environment = { ...more, DRILL_DATABASE: django.database, DRILL_SCRIPT: script }
  // Through the environment: the script is no part of the command line, and needs no quotes.
  const line = manage(
    django,
    'shell',
    '--command',
    'import os; exec(os.environ["DRILL_SCRIPT"], {})',
  )
  const outcome = await runIn(place, line, django.timeout, environment)
  const said = outcome.output.split('\n').find((one) => one.startsWith(answerMark))
  if (outcome.code !== 0 || said === undefined) return outcome
  return { ...outcome, answer: JSON.parse(said.slice(answerMark.length)) as unknown }
}

const couldNotTell = (name: string, outcome: Outcome): Check => ({
  name,
  state:
    outcome.code === 126 || outcome.code === 127 || outcome.code === null ? 'NOT PROVED' : 'FAILED',
  detail: `Django could not tell its migrations.${printed(outcome)}`,
  hint: 'Run manage.py showmigrations on a restored copy.',
})
