import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Failure } from '@recovery-playbook/failure'
import { childEnvironment, type Ending, endingInWords } from '@recovery-playbook/processes'
import type { Connection } from '../connection.ts'
import { openSession } from '../session.ts'
import { identifier } from '../sql.ts'
import type { PassedOver } from '../sql-text/read-text.ts'
import { createExtensions } from './database.ts'
import { makeDatabase } from './make-database.ts'
import type { RestoreOrder, RestoreReport } from './restore.ts'
import { closeSchemas, openSchemas } from './roles.ts'

export interface TextOrder extends Omit<RestoreOrder, 'jobs' | 'archive' | 'reader'> {
  /** Path of the SQL text. */
  readonly text: string
  /** A psql that `isMended`. */
  readonly psql: string
  /** Starts psql isolated, and as whom. */
  readonly reader: NonNullable<RestoreOrder['reader']>
  /** What is not run, by its place; in order. */
  readonly passedOver: readonly PassedOver[]
  /** Schemas to be made before the extensions that live in them. */
  readonly schemas: readonly string[]
}

/**
 * Restores an SQL text into a new database of a throwaway cluster, as a login that is no superuser and
 * by a psql that is isolated and takes no command but SQL.
 *
 * @throws Failure RESTORE_FAILED with psql's first error, and all that restoreDatabase throws
 */
export async function restoreText(order: TextOrder): Promise<RestoreReport> {
  const { cluster, fingerprint, processes, schemas } = order
  const { login, owner, superuser, ...made } = await makeDatabase(order)
  await using administration = await openSession(cluster.toolchain.psql, superuser, processes)
  for (const schema of schemas) {
    await administration.execute(
      `CREATE SCHEMA ${identifier(schema)} AUTHORIZATION ${identifier(login.name)}`,
    )
  }
  await createExtensions(administration, fingerprint.extensions)
  await openSchemas(administration, login)
  // For those that the text is going to make.
  await administration.execute(
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${login.name} GRANT USAGE, CREATE ON SCHEMAS TO ${login.helper}`,
  )
  const warnings = await run(order, owner)
  await closeSchemas(administration, login)
  const leftOut = order.passedOver
    .filter(({ because }) => because === 'only a superuser may')
    .map(({ statement }) => statement)
  return { ...made, owner, superuser, leftOut, warnings }
}

/** @returns psql's warnings */
async function run(order: TextOrder, connection: Connection): Promise<string[]> {
  const { text, psql, passedOver, reader } = order
  const child = reader.processes.start({
    program: psql,
    arguments: [
      ...['--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1'],
      // DETAIL and CONTEXT quote rows: they do not belong into a log.
      ...['--set=VERBOSITY=terse', '--set=SHOW_CONTEXT=never'],
      // Until the same key comes with \unrestrict, psql itself refuses every command with a backslash.
      `--command=\\restrict ${randomBytes(24).toString('hex')}`,
      '--file=-',
    ],
    environment: { ...childEnvironment, ...connection.environment },
    ...(reader.identity && { identity: reader.identity }),
  })
  child.stdout.resume()
  const source = createReadStream(text) as AsyncIterable<Buffer>
  const fed = pipeline(withBlanks(source, passedOver), child.stdin).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  const [trouble, ending] = await Promise.all([fed, child.ending])
  // psql that stops at an error closes its input: its ending says why.
  if (ending.code !== 0) throw notRestored(ending)
  if (trouble !== undefined) throw trouble
  return [...new Set(ending.stderr.split('\n').filter(Boolean))].map((line) => line.slice(0, 400))
}

/** Blanks in the place of what is passed over, so that psql's line numbers remain the text's own. */
export async function* withBlanks(
  pieces: AsyncIterable<Uint8Array>,
  passedOver: readonly Pick<PassedOver, 'from' | 'to'>[],
): AsyncGenerator<Uint8Array> {
  let at = 0
  let next = 0
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece)
    for (; next < passedOver.length; next += 1) {
      const { from, to } = passedOver[next] ?? { from: Infinity, to: Infinity }
      if (from >= at + bytes.length) break
      for (let i = Math.max(from, at); i < Math.min(to, at + bytes.length); i += 1) {
        if (bytes[i - at] !== 0x0a) bytes[i - at] = 0x20
      }
      if (to > at + bytes.length) break
    }
    at += bytes.length
    yield bytes
  }
}

function notRestored(ending: Ending): Failure {
  const said = ending.stderr.trim()
  if (/server closed the connection|connection to server was lost/.test(said)) {
    return new Failure(
      'CLUSTER_FAILED',
      'The throwaway PostgreSQL ended in the middle of the restore.',
      {
        hint: 'Mostly memory or disk ran out: use a larger runner, and start the drill again.',
      },
    )
  }
  const lines = said
    .split('\n')
    .slice(-5)
    .map((line) => line.slice(0, 400))
  return new Failure(
    'RESTORE_FAILED',
    `psql ended with ${endingInWords(ending)}:\n${lines.join('\n')}`,
    {
      hint: 'The line is the text’s own. psql without ON_ERROR_STOP would have gone on, and have left this out in silence.',
    },
  )
}
