import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { childEnvironment, run } from '@recovery-playbook/processes'
import { type DumpOrder, dumpFailure } from './dump.ts'
import { identifier } from './sql.ts'
import type { Connection } from './connection.ts'
import { conninfoOf, conninfoValue } from './conninfo.ts'

/**
 * SQL that makes every role of the server, with attributes, memberships, settings and comments: what
 * `pg_dump` does not carry because it belongs to no database. No password is in it, whoever asks:
 * without them pg_dumpall reads pg_roles, which every role may, and not pg_authid. No tablespaces: their
 * directories are of the old machine.
 *
 * @throws Failure TOOLCHAIN_MISSING, DUMP_FAILED
 */
export async function dumpGlobals({
  toolchain,
  connection,
  processes,
}: Omit<DumpOrder, 'snapshot' | 'selection'>): Promise<string> {
  const program = join(toolchain.directory, 'pg_dumpall')
  await access(program, constants.X_OK).catch((cause: unknown) => {
    throw new Failure('TOOLCHAIN_MISSING', `pg_dumpall is not beside ${toolchain.pgDump}.`, {
      hint: `Install the whole client: sudo apt-get install --yes postgresql-client-${toolchain.major}`,
      cause,
    })
  })
  const dump = (environment: Readonly<Record<string, string>>) =>
    run(processes, {
      program,
      arguments: [
        '--globals-only',
        '--no-role-passwords',
        '--no-tablespaces',
        '--encoding=UTF8',
        '--no-password',
        // It would look for a database `postgres`, which need not exist or be open to this role.
        `--database=dbname=${conninfoValue(connection.database)} ${conninfoOf(connection)}`,
      ],
      environment: { ...childEnvironment, ...connection.environment, ...environment },
    })
  const patient = await dump({ PGOPTIONS: withoutTimeouts(toolchain.major, connection) })
  // A pooler in session mode may take no options.
  const refused = patient.code !== 0 && patient.stderr.includes('unsupported startup parameter')
  const answer = refused ? await dump({}) : patient
  if (answer.code !== 0) throw dumpFailure(answer, connection, 'pg_dumpall')
  return answer.stdout
}

/** pg_dump switches a role's timeouts off by itself, and pg_dumpall does not. */
function withoutTimeouts(major: number, { environment }: Connection): string {
  const names = [
    'statement_timeout',
    'lock_timeout',
    'idle_in_transaction_session_timeout',
    ...(major >= 14 ? ['idle_session_timeout'] : []),
    ...(major >= 17 ? ['transaction_timeout'] : []),
  ]
  return [environment.PGOPTIONS ?? '', ...names.map((name) => `-c ${name}=0`)].join(' ').trim()
}

/** Those of the roles that running `globals` would not make. */
export const rolesMissingIn = (globals: string, roles: readonly string[]): string[] =>
  roles.filter((role) =>
    // pg_dumpall quotes only where it has to.
    [role, identifier(role)].every((name) => !globals.includes(`\nCREATE ROLE ${name};\n`)),
  )
