import { Failure } from '@recovery-playbook/failure'
import type { SqlText } from '@recovery-playbook/postgres'

/**
 * psql runs half a text and says that all went well: pg_dump's own last words have to be the last.
 *
 * @throws Failure PART_DAMAGED
 */
export function assertComplete({ isComplete, unfinished }: SqlText): void {
  if (isComplete) return
  const where = unfinished === undefined ? '' : ` It breaks off in ${unfinished}.`
  throw new Failure(
    'PART_DAMAGED',
    `It does not end with pg_dump's line “PostgreSQL database dump complete”.${where}`,
    {
      hint: 'It is a part of a dump: pg_dump was ended, or the file was cut. psql would restore that part and call it a success. Look for another copy.',
    },
  )
}

/**
 * Nothing of such a text is run, although psql would refuse them, too.
 *
 * @throws Failure NOT_PROVED naming each
 */
export function assertSqlAlone({ commands }: SqlText): void {
  if (commands.length === 0) return
  const shown = commands.slice(0, 5).map(({ text, at }) => `'${text}' at byte ${at + 1}`)
  const more = commands.length > shown.length ? ` and ${commands.length - shown.length} more` : ''
  throw new Failure(
    'NOT_PROVED',
    `It holds commands for psql, which pg_dump does not write: ${shown.join(', ')}${more}. Nothing of it was run.`,
    {
      hint: 'psql runs programs of the machine that restores by such commands. Find out who changed the file: `head --bytes` shows the place.',
    },
  )
}
