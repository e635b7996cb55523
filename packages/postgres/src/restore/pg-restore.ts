import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import type { Connection } from '../connection.ts'
import { conninfoValue } from '../conninfo.ts'
import { childEnvironment, endingInWords, run } from '@recovery-playbook/processes'
import { classifyMessages } from './messages.ts'
import type { Prerequisites } from './prerequisites.ts'
import type { RestoreOrder } from './restore.ts'
import { readContents } from './table-of-contents.ts'

/** Where an archive goes does not matter to its table of contents. */
type Reading = Pick<RestoreOrder, 'archive' | 'fingerprint' | 'jobs' | 'processes' | 'reader'> & {
  readonly cluster: Pick<RestoreOrder['cluster'], 'toolchain'>
}

/** @throws Failure RESTORE_FAILED; SUPERUSER_NEEDED where only its want of power speaks against it */
export async function contentsOf({ cluster, archive, fingerprint, ...starting }: Reading) {
  const { processes, ...as } = starterOf(starting)
  const answer = await run(processes, {
    program: cluster.toolchain.pgRestore,
    arguments: ['--list', archive],
    environment: childEnvironment,
    ...as,
  })
  if (answer.code !== 0) throw restoreFailure(answer.stderr, endingInWords(answer), fingerprint)
  return readContents(answer.stdout)
}

/** Restores the entries of a list. @returns pg_restore's harmless warnings, with the reason */
export async function pgRestore(
  { cluster, archive, fingerprint, jobs, ...starting }: Reading,
  connection: Connection,
  entries: readonly string[],
  options: readonly ('--section=pre-data' | '--no-owner' | '--no-privileges')[] = [],
): Promise<readonly string[]> {
  if (entries.length === 0) return []
  // Beside the archive: whoever sweeps that away after a kill takes the names of tables with it.
  const directory = await mkdtemp(join(dirname(archive), 'contents-'))
  try {
    const list = join(directory, 'list')
    await writeFile(list, `${entries.join('\n')}\n`, { mode: 0o600 })
    const { processes, ...as } = starterOf(starting)
    if (as.identity !== undefined) {
      for (const path of [directory, list]) await chown(path, as.identity.uid, as.identity.gid)
    }
    const answer = await run(processes, {
      program: cluster.toolchain.pgRestore,
      arguments: [
        `--dbname=dbname=${conninfoValue(connection.database)}`,
        `--use-list=${list}`,
        `--jobs=${jobs}`,
        '--no-password',
        '--no-tablespaces',
        ...options,
        archive,
      ],
      environment: { ...childEnvironment, ...connection.environment },
      ...as,
    })
    // Without --exit-on-error: a person wants to see everything that is wrong, at once.
    const { warnings, unknown } = classifyMessages(answer.stderr)
    if (answer.code !== 0 || unknown.length > 0) {
      throw restoreFailure(answer.stderr, endingInWords(answer), fingerprint)
    }
    return warnings
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function starterOf({ processes, reader }: Pick<Reading, 'processes' | 'reader'>) {
  const identity = reader?.identity
  return { processes: reader?.processes ?? processes, ...(identity && { identity }) }
}

function restoreFailure(stderr: string, ending: string, { leftOut }: Prerequisites): Failure {
  if (/server closed the connection|no connection to the server/.test(stderr)) return serverLost()
  // DETAIL and CONTEXT quote rows: they do not belong into a log.
  const messages = stderr.match(/^(pg_restore: (error|warning)|HINT|Command was): .*/gm) ?? [
    ending,
    ...stderr.split('\n', 1).filter(Boolean),
  ]
  const shown = messages.slice(0, 20).map((message) => message.slice(0, 400))
  const more =
    messages.length > shown.length ? `\n… and ${messages.length - shown.length} more` : ''
  if (beyondPower.test(stderr)) return superuserNeeded(`${shown.join('\n')}${more}`)
  return new Failure(
    'RESTORE_FAILED',
    `pg_restore ended with ${ending}:\n${shown.join('\n')}${more}`,
    {
      hint: `${leftOut === undefined ? asItWas : needsWhatIsLeftOut}${searchPathHint(stderr)}`,
    },
  )
}

/** As PostgreSQL says it of base types, operator classes, foreign-data wrappers, leakproof and C functions. */
const beyondPower =
  /must be superuser to |only superusers? can |permission denied for language (c|internal)$/im

/** Nothing is wrong with the backup: it could not be tried to the end. */
const superuserNeeded = (shown: string) =>
  new Failure('SUPERUSER_NEEDED', `Only a superuser restores all of this database:\n${shown}`, {
    hint: 'A restore here has no such power, since whatever somebody left in the database would have it. Recover this database by hand as a superuser, as RESTORE.md says, or do without these objects in it: until then nothing proves its recovery.',
  })

const asItWas =
  'The archive was authenticated, so this is what the source database holds: mend it there ' +
  'and make a new recovery point.'

/** A restore sets an empty search path, as pg_dump's own scripts do. */
const searchPathHint = (stderr: string) =>
  /ERROR: {2}(relation|function|type|operator) .*does not exist/.test(stderr)
    ? ' Does a check, an index or a view call a function that relies on the search path? Give it one there: ALTER FUNCTION … SET search_path.'
    : ''

const needsWhatIsLeftOut =
  'Filters left something out of this recovery point, and what they left in may need it: change the ' +
  'filters, or mend the source database, and make a new recovery point.'

/** Killed for its memory, or ended by a full disk: the archive is not to blame. */
const serverLost = () =>
  new Failure('CLUSTER_FAILED', 'The throwaway PostgreSQL ended in the middle of the restore.', {
    hint: 'Mostly memory or disk ran out: use a larger runner, and start the drill again.',
  })
