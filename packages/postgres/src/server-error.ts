import { Failure, type FailureCode } from '@recovery-playbook/failure'
import { troubleOf } from './connection-trouble.ts'
import type { Connection } from './connection.ts'
import { type Ending, endingInWords } from '@recovery-playbook/processes'
import { redact, secretsIn } from './secrets.ts'

/** What the server said, as the cause of a Failure. */
export class ServerError extends Error {
  /** Five characters (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
  readonly sqlstate: string

  constructor(sqlstate: string, message: string) {
    super(message)
    this.name = 'ServerError'
    this.sqlstate = sqlstate
  }
}

/** The SQLSTATE behind a failure, if the server gave one. */
export const sqlstateOf = (error: unknown): string | undefined =>
  error instanceof Failure && error.cause instanceof ServerError ? error.cause.sqlstate : undefined

/** psql never got a connection: libpq's message, and what to do about it. */
export function connectionFailure(ending: Ending, connection: Connection): Failure {
  const said = saidOn(ending, connection).replace(/^psql: error: /gm, '')
  return new Failure('CONNECTION_FAILED', `No connection to ${whereOf(connection)}: ${said}`, {
    hint:
      troubleOf(said)?.hint ??
      'Check the database URL, and whether the server accepts connections from here.',
  })
}

/** psql had a connection and ended, by an error of a statement or by losing the connection. */
export function sessionFailure(ending: Ending, connection: Connection): Failure {
  const said = saidOn(ending, connection)
  const [, sqlstate = '', message = said] =
    /(?:ERROR|FATAL|PANIC): {2}([0-9A-Z]{5}): ([^\n]*)/.exec(said) ?? []
  const [code, hint] = meaningOf(sqlstate)
  return new Failure(code, `${whereOf(connection)}: ${message} (SQLSTATE ${sqlstate || 'none'})`, {
    hint,
    cause: new ServerError(sqlstate, said),
  })
}

/** A short name of the database for messages: never the password. */
export const whereOf = ({ database, host }: Connection): string =>
  `database '${database}' on ${host === '' || host.startsWith('/') ? 'the local socket' : host}`

function meaningOf(sqlstate: string): readonly [FailureCode, string] {
  if (sqlstate === '' || /^(57P0[1-5]|08|25P03|25P04)/.test(sqlstate)) {
    return [
      'CONNECTION_LOST',
      'The server, or something between it and this runner, ended the connection: run it again.',
    ]
  }
  if (sqlstate === '42501') {
    return [
      'PRIVILEGE_MISSING',
      'Grant the role of the database URL what the message names, or use the owner of the tables.',
    ]
  }
  if (sqlstate === '55P03') {
    return [
      'QUERY_FAILED',
      'Another session holds an exclusive lock: run it again when that migration has ended.',
    ]
  }
  // undefined_table, undefined_function, undefined_object: ours are all qualified.
  if (/^42(P01|883|704)$/.test(sqlstate)) {
    return [
      'QUERY_FAILED',
      'Does an index call a function that relies on the search path? It would not be restored either: ' +
        'ALTER FUNCTION … SET search_path. Otherwise run it again, and report it with this line.',
    ]
  }
  return ['QUERY_FAILED', 'Run it again; if the message stays the same, report it with this line.']
}

function saidOn(ending: Ending, connection: Connection): string {
  const said = ending.stderr.trim() || `psql ended with ${endingInWords(ending)}`
  return redact(said, secretsIn(connection)).slice(-2000)
}
