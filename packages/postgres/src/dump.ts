import { Readable } from 'node:stream'
import { Failure } from '@recovery-playbook/failure'
import type { Connection } from './connection.ts'
import type { Command, Ending, Processes, Running } from './ports.ts'
import { childEnvironment, endingInWords, run } from './program.ts'
import { redact, secretsIn } from './secrets.ts'
import { whereOf } from './server-error.ts'
import type { Snapshot } from './snapshot.ts'
import type { Toolchain } from './toolchain.ts'

export interface DumpOrder {
  readonly toolchain: Toolchain
  readonly connection: Connection
  readonly snapshot?: Snapshot | undefined
  readonly processes: Processes
}

/** Milliseconds that pg_dump waits for a table that another session holds exclusively. */
const lockWait = 60_000

/**
 * pg_dump's custom format, uncompressed, of everything in the database. pg_dump starts when the
 * stream is first read; destroying the stream ends it.
 *
 * The stream ends only after pg_dump ended with code 0, and otherwise *fails*, with Failure
 * DUMP_FAILED: a truncated dump never looks like a complete one.
 */
export function dumpDatabase(order: DumpOrder & { readonly snapshot: Snapshot }): Readable {
  const command = pgDump(order, ['--format=custom', '--compress=0'])
  return Readable.from(
    outputOf(() => order.processes.start(command), order),
    {
      objectMode: false,
      highWaterMark: 1024 * 1024,
    },
  )
}

/**
 * The schema as SQL, identical before a dump and after its restore by the same major: without the
 * random `\restrict` lines, the comments that name versions, and tablespaces (which a restore
 * elsewhere leaves out).
 *
 * @throws Failure DUMP_FAILED
 */
export async function dumpSchema(order: DumpOrder): Promise<string> {
  const answer = await run(
    order.processes,
    pgDump(order, ['--schema-only', '--no-tablespaces', '--encoding=UTF8']),
  )
  if (answer.code !== 0) throw dumpFailure(answer, order.connection)
  return answer.stdout.replace(
    /^(\\(un)?restrict .*|-- Dumped (from database|by pg_dump) version .*)\n/gm,
    '',
  )
}

function pgDump({ toolchain, connection, snapshot }: DumpOrder, options: string[]): Command {
  return {
    program: toolchain.pgDump,
    arguments: [
      ...options,
      '--no-password',
      `--lock-wait-timeout=${lockWait}`,
      ...(snapshot === undefined ? [] : [`--snapshot=${snapshot.id}`]),
    ],
    environment: { ...childEnvironment, ...connection.environment },
  }
}

async function* outputOf(start: () => Running, { connection }: DumpOrder) {
  const child = start()
  child.stdin.end()
  let ended = false
  try {
    yield* child.stdout as AsyncIterable<Buffer>
    const ending = await child.ending
    ended = true
    if (ending.code !== 0) throw dumpFailure(ending, connection)
  } finally {
    if (!ended) {
      child.kill('SIGTERM')
      child.stdout.resume()
      await child.ending.catch(() => undefined)
    }
  }
}

function dumpFailure(ending: Ending, connection: Connection): Failure {
  const said = redact(ending.stderr.trim(), secretsIn(connection)).slice(-2000)
  const hint = hints.find(([pattern]) => pattern.test(said))?.[1]
  return new Failure(
    'DUMP_FAILED',
    `pg_dump of ${whereOf(connection)} ended with ${endingInWords(ending)}: ${said || 'no message'}`,
    { hint: hint ?? 'Nothing was published. Run it again; earlier recovery points are untouched.' },
  )
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/lock timeout/, 'Another session holds an exclusive lock: run it again after that migration.'],
  [/permission denied/, 'Grant SELECT on what the message names to the role of the database URL.'],
  [/row-level security/, 'ALTER ROLE … BYPASSRLS for the role of the database URL.'],
  [
    /snapshot/,
    'The snapshot was lost: use the direct URL of the database, not a pooler, and run it again.',
  ],
  [/server version mismatch/, "Install the client of the server's major."],
]
