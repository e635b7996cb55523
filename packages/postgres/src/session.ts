import { randomBytes } from 'node:crypto'
import { Failure, messageOf } from '@recovery-playbook/failure'
import type { Connection } from './connection.ts'
import { databaseArguments } from './conninfo.ts'
import { childEnvironment, type Processes, type Running } from '@recovery-playbook/processes'
import { inertSql } from './inert-sql.ts'
import { connectionFailure, sessionFailure, whereOf } from './server-error.ts'
import { establishSettings } from './session-settings.ts'

/**
 * One connection to a database, held by one psql: libpq itself keeps every connection parameter.
 * One statement at a time; the first error ends the session, and every later call throws it again.
 */
export interface Session extends AsyncDisposable {
  /**
   * Rows of one SELECT (or VALUES) as objects. JSON numbers lose digits above 2^53: cast such
   * columns to text.
   *
   * @throws Failure QUERY_FAILED (also for what psql would take for a command), PRIVILEGE_MISSING or CONNECTION_LOST; its cause has the SQLSTATE
   */
  query<Row>(sql: string): Promise<Row[]>
  /** Statements without an answer, separated by semicolons. Throws as `query` does. */
  execute(sql: string): Promise<void>
}

/**
 * @param psql absolute path of the program
 * @throws Failure CONNECTION_FAILED, the password redacted
 */
export async function openSession(
  psql: string,
  connection: Connection,
  processes: Processes,
): Promise<Session> {
  const child = processes.start({
    program: psql,
    arguments: [
      '--no-psqlrc',
      '--no-password',
      '--quiet',
      '--tuples-only',
      '--no-align',
      '--record-separator-zero',
      '--set=ON_ERROR_STOP=1',
      '--set=VERBOSITY=verbose',
      ...databaseArguments(connection),
    ],
    environment: { ...childEnvironment, ...connection.environment, PGCLIENTENCODING: 'UTF8' },
  })
  const session = new PsqlSession(child, connection)
  try {
    await session.execute(establishSettings)
  } catch (error) {
    await session[Symbol.asyncDispose]()
    throw error
  }
  session.isOpen = true
  return session
}

class PsqlSession implements Session {
  /** Until then an ending means that there was no connection. */
  isOpen = false
  readonly #child: Running
  readonly #ended: Promise<never>
  readonly #output: AsyncIterator<Buffer>
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(child: Running, connection: Connection) {
    this.#child = child
    this.#output = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
    this.#ended = child.ending.then(
      (ending) => {
        throw this.isOpen || ending.stderr.includes('ERROR:  ')
          ? sessionFailure(ending, connection)
          : connectionFailure(ending, connection)
      },
      (error: unknown) => {
        throw new Failure(
          'CONNECTION_FAILED',
          `psql did not start for ${whereOf(connection)}: ${messageOf(error)}`,
          { hint: 'Install the PostgreSQL client programs again.', cause: error },
        )
      },
    )
    this.#ended.catch(() => undefined)
  }

  async query<Row>(sql: string): Promise<Row[]> {
    const answer = await this.#ask(
      `SELECT pg_catalog.row_to_json(answer) FROM (\n${sql}\n) AS answer`,
    )
    // A JSON text cannot hold the NUL that separates the rows.
    const rows = answer.toString('utf8').split('\0')
    return rows.filter((row) => row !== '').map((row) => JSON.parse(row) as Row)
  }

  async execute(sql: string): Promise<void> {
    await this.#ask(sql)
  }

  async #ask(sql: string): Promise<Buffer> {
    const turn = this.#last.then(() => this.#exchange(sql))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async #exchange(sql: string): Promise<Buffer> {
    const inert = inertSql(sql)
    this.#waiting += 1
    const marker = `${randomBytes(16).toString('hex')}\n`
    this.#child.stdin.write(`${inert}\n;\n\\echo ${marker}`)
    const answer = await this.#readTo(Buffer.from(marker))
    this.#waiting -= 1
    return answer
  }

  async #readTo(marker: Buffer): Promise<Buffer> {
    const chunks: Buffer[] = []
    let tail = Buffer.alloc(0)
    // Nothing follows the marker before the next question; it may arrive in two chunks.
    while (!tail.equals(marker)) {
      const next = await this.#output.next()
      if (next.done === true) return this.#ended
      chunks.push(next.value)
      tail = Buffer.concat([tail, next.value]).subarray(-marker.length)
    }
    return Buffer.concat(chunks).subarray(0, -marker.length)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A busy psql would read the end of its input only after the statement.
    if (this.#waiting > 0) this.#child.kill('SIGTERM')
    this.#child.stdin.end()
    this.#child.stdout.resume()
    await this.#ended.catch(() => undefined)
  }
}
