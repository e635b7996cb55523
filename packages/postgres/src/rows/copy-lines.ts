import { Failure } from '@recovery-playbook/failure'
import { childEnvironment, endingInWords, type Processes } from '@recovery-playbook/processes'
import type { Connection } from '../connection.ts'
import { inertSql } from '../inert-sql.ts'
import { establishSettings } from '../session-settings.ts'

interface Place {
  readonly connection: Connection
  readonly processes: Processes
  readonly psql: string
}

/**
 * Copies the answer to a query into a table of another database. The kernel connects both programs: not a
 * byte passes through this process.
 *
 * @throws Failure QUERY_FAILED
 */
export async function copyLines(query: string, from: Place, table: string, into: Connection) {
  const { psql, processes } = from
  const copying = inertSql(`COPY (${query}) TO STDOUT`)
  const start = (connection: Connection, more: readonly string[]) => ({
    program: psql,
    arguments: ['--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1', ...more],
    environment: { ...childEnvironment, ...connection.environment, PGCLIENTENCODING: 'UTF8' },
  })
  const writer = processes.start(start(into, [`--command=COPY ${table} FROM STDIN`]))
  const reader = processes.start({ ...start(from.connection, []), output: writer })
  // By its input: a wide table's query is longer than an argument may be.
  reader.stdin.end(`\\o /dev/null\n${establishSettings};\n\\o\n${copying};\n`)
  writer.stdout.resume()
  for (const ending of await Promise.all([reader.ending, writer.ending])) {
    if (ending.code === 0) continue
    // Its CONTEXT and DETAIL may quote a row.
    const said = /ERROR: .*/.exec(ending.stderr)?.[0] ?? ''
    throw new Failure('QUERY_FAILED', `psql ended with ${endingInWords(ending)}. ${said}`, {
      hint: 'Start the drill again; if it stays, report it with this message.',
    })
  }
}
