import type { ApplicationCheck, Expectation } from '@recovery-playbook/playbook'
import { formatDuration } from '@recovery-playbook/playbook'
import { openSession, type Session } from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'
import { Failure } from '@recovery-playbook/failure'
import type { Check } from '@recovery-playbook/verdict'
import { judgeOutcome } from './outcome.ts'
import { type PlaceWithData, runIn } from './place.ts'

interface Looking {
  readonly place: PlaceWithData
  /** Absolute path of psql. */
  readonly psql: string
  readonly processes: Processes
  /** ISO 8601: ages are measured from here, not from the time of the drill. */
  readonly snapshotAt: string
}

/** One check of the playbook, whatever it is about. */
export function lookAt(check: ApplicationCheck, looking: Looking): Promise<Check> {
  const { sql } = check
  return sql === undefined ? byCommand(check, looking) : bySql(check, sql, looking)
}

async function byCommand(check: ApplicationCheck, { place }: Looking): Promise<Check> {
  const { name, timeout, run = '' } = check
  return judgeOutcome(await runIn(place, run, timeout), {
    name,
    timeout,
    proves: 'It ended well.',
    hint: `Run it by hand on a restored copy: ${run}`,
  })
}

async function bySql(
  check: ApplicationCheck,
  sql: string,
  { place, psql, processes, snapshotAt }: Looking,
): Promise<Check> {
  const { name, timeout, expect } = check
  const hint = `Run it by hand on a restored copy: ${sql}`
  try {
    await using session = await openSession(psql, place.database, processes)
    const limit = Math.min(timeout, 2 ** 31 - 1)
    await session.execute(`SET statement_timeout = ${limit}; SET search_path = "$user", public`)
    if (expect !== undefined) return judgeValue(name, await valueOf(session, sql), expect, hint)
    const ageOf = `SELECT extract(epoch FROM '${snapshotAt}'::timestamptz - (${bare(sql)})::timestamptz) * 1000`
    const age = await valueOf(session, ageOf)
    return judgeAge(
      name,
      age === undefined ? undefined : Number(age),
      check['younger-than'] ?? 0,
      hint,
    )
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // The server answered, and not with a value: the data is not as the query needs it.
    const state = ['QUERY_FAILED', 'PRIVILEGE_MISSING'].includes(error.code)
      ? 'FAILED'
      : 'NOT PROVED'
    return { name, state, detail: error.message, hint }
  }
}

const bare = (sql: string) => sql.trim().replace(/;$/, '')

/** Undefined where it is null, or where there is no row. */
async function valueOf(session: Session, sql: string): Promise<string | undefined> {
  const rows = await session.query<Record<string, unknown>>(
    `SELECT value::text FROM (\n${bare(sql)}\n) AS found (value) LIMIT 2`,
  )
  if (rows.length > 1) {
    throw new Failure('QUERY_FAILED', 'It gives several rows, and one was expected.', {
      hint: 'Let the query give one row with one column.',
    })
  }
  const value = rows[0]?.value
  return typeof value === 'string' ? value : undefined
}

function judgeValue(
  name: string,
  found: string | undefined,
  { operator, operand }: Expectation,
  hint: string,
): Check {
  const expected = `${operator} ${operand}`
  if (found === undefined) {
    return { name, state: 'FAILED', detail: `It gives nothing; expected ${expected}.`, hint }
  }
  const holds = compare(found, operator, operand)
  const detail = `It gives ${found.slice(0, 200)}; expected ${expected}.`
  if (holds === undefined) {
    return {
      name,
      state: 'NOT PROVED',
      detail: `${detail} These cannot be compared.`,
      hint: 'Compare numbers, or use = and != alone.',
    }
  }
  return holds ? { name, state: 'PROVED', detail } : { name, state: 'FAILED', detail, hint }
}

/** As numbers where both are; only equality is known of other texts. */
function compare(
  found: string,
  operator: Expectation['operator'],
  operand: string,
): boolean | undefined {
  const [a, b] = [Number(found), Number(operand)]
  const numbers = [found, operand].every(
    (text) => text.trim() !== '' && Number.isFinite(Number(text)),
  )
  const equal = numbers ? a === b : found === operand
  if (operator === '=') return equal
  if (operator === '!=') return !equal
  if (!numbers) return undefined
  return { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b }[operator]
}

/** Milliseconds by which two good clocks may differ. */
const clockSkew = 60_000

function judgeAge(name: string, age: number | undefined, limit: number, hint: string): Check {
  if (age === undefined || !Number.isFinite(age)) {
    return { name, state: 'FAILED', detail: 'It gives no time.', hint }
  }
  if (age < -clockSkew) {
    const detail = `It gives a time ${formatDuration(-age)} after the snapshot.`
    return {
      name,
      state: 'NOT PROVED',
      detail,
      hint: 'A clock was wrong, or the time is planned: look at something that has happened.',
    }
  }
  const detail = `${formatDuration(Math.max(0, age))} before the snapshot; at most ${formatDuration(limit)} were allowed.`
  return age <= limit ? { name, state: 'PROVED', detail } : { name, state: 'FAILED', detail, hint }
}
