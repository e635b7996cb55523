import { text } from 'node:stream/consumers'
import { Failure } from '@recovery-playbook/failure'
import {
  childEnvironment,
  type Command,
  type Ending,
  endingInWords,
  type Output,
  type Processes,
  run,
} from '@recovery-playbook/processes'
import type { Connection } from './connection.ts'
import { databaseArguments } from './conninfo.ts'
import { troubleOf } from './connection-trouble.ts'
import type { Selection } from './filters/selection.ts'
import { redact, secretsIn } from './secrets.ts'
import { whereOf } from './server-error.ts'
import type { Snapshot } from './snapshot.ts'
import type { Toolchain } from './toolchain.ts'

export interface DumpOrder {
  readonly toolchain: Toolchain
  readonly connection: Connection
  readonly snapshot?: Snapshot | undefined
  /** What filters leave in; everything where it is absent. */
  readonly selection?: Pick<Selection, 'options'> | undefined
  readonly processes: Processes
}

/** pg_dump at work. */
export interface Dump {
  /**
   * Resolves when pg_dump ended with code 0: what it wrote before that may be the half of a dump, and
   * does not look like it. Rejects with Failure DUMP_FAILED.
   */
  readonly succeeded: Promise<void>
  stop(): void
}

/** Milliseconds that pg_dump waits for a table that another session holds exclusively. */
const lockWait = 60_000

/** pg_dump's custom format, uncompressed. */
export function dumpDatabase(
  order: DumpOrder & { readonly snapshot: Snapshot },
  output: Output,
): Dump {
  const command = pgDump(order, ['--format=custom', '--compress=0'])
  const child = order.processes.start({ ...command, output })
  child.stdin.end()
  const succeeded = child.ending.then((ending) => {
    if (ending.code !== 0) throw dumpFailure(ending, order.connection)
  })
  // Whoever stops it does not wait for it.
  succeeded.catch(() => undefined)
  return {
    succeeded,
    stop: () => {
      child.kill('SIGTERM')
    },
  }
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

/**
 * The table of contents of the dump that pg_dump makes with these options, as `pg_restore --list`
 * prints it. The custom format begins with it, so the rows stay behind.
 *
 * @throws Failure DUMP_FAILED
 */
export async function listDump(order: DumpOrder, options: readonly string[]): Promise<string> {
  const reader = order.processes.start({
    program: order.toolchain.pgRestore,
    arguments: ['--list'],
    environment: childEnvironment,
  })
  const command = pgDump(order, ['--format=custom', '--compress=0', '--encoding=UTF8', ...options])
  const dump = order.processes.start({ ...command, output: reader })
  dump.stdin.end()
  const [list, read] = await Promise.all([text(reader.stdout), reader.ending])
  dump.kill('SIGTERM')
  const dumped = await dump.ending
  if (read.code !== 0) throw dumpFailure(dumped.stderr === '' ? read : dumped, order.connection)
  return list
}

function pgDump(
  { toolchain, connection, snapshot, selection }: DumpOrder,
  options: readonly string[],
): Command {
  return {
    program: toolchain.pgDump,
    arguments: [
      ...databaseArguments(connection),
      ...options,
      ...(selection?.options ?? []),
      '--no-password',
      `--lock-wait-timeout=${lockWait}`,
      ...(snapshot === undefined ? [] : [`--snapshot=${snapshot.id}`]),
    ],
    environment: { ...childEnvironment, ...connection.environment },
  }
}

/** @param program whose ending it is */
export function dumpFailure(
  ending: Ending,
  connection: Connection,
  program: 'pg_dump' | 'pg_dumpall' = 'pg_dump',
): Failure {
  const said = redact(ending.stderr.trim(), secretsIn(connection)).slice(-2000)
  const hint = hints.find(([pattern]) => pattern.test(said))?.[1]
  const trouble = troubleOf(said)?.hint ?? 'Run it again; earlier recovery points are untouched.'
  return new Failure(
    'DUMP_FAILED',
    `${program} of ${whereOf(connection)} ended with ${endingInWords(ending)}: ${said || 'no message'}`,
    { hint: hint ?? `Nothing was published. ${trouble}` },
  )
}

const hints: readonly (readonly [RegExp, string])[] = [
  [
    /no matching (schemas|tables)/,
    'Correct that pattern in `schemas`, `exclude-tables` or `exclude-table-data`: each has to match something.',
  ],
  [/lock timeout/, 'Another session holds an exclusive lock: run it again after that migration.'],
  [/permission denied/, 'Grant SELECT on what the message names to the role of the database URL.'],
  [/row-level security/, 'ALTER ROLE … BYPASSRLS for the role of the database URL.'],
  [
    /snapshot/,
    'The snapshot was lost: use the direct URL of the database, not a pooler, and run it again.',
  ],
  [/server version mismatch/, "Install the client of the server's major."],
]
