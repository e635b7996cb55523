import type { LocalGithub } from '@recovery-playbook/local-github'
import { openSession } from '@recovery-playbook/postgres'
import type { SampleDatabase } from '../../../test/support/postgres.ts'
import type { Damage } from './arguments.ts'
import { forge } from './forge.ts'

/** Damages what has been stored, for the drill to find. */
export async function damageStored(
  damage: Damage | undefined,
  github: LocalGithub,
  passphrase: string,
): Promise<void> {
  if (damage === 'part') {
    // Only parts of the dump have so many bytes.
    github.arm({ kind: 'damage', origin: 'asset', path: '/**', times: 100, afterBytes: 100_000 })
  }
  if (damage === 'row') await forge({ ...github, passphrase, sql: changeOneRow })
}

const changeOneRow = `
  UPDATE public.journal_entry SET body = body || '.'
  WHERE id = (SELECT min(id) FROM public.journal_entry)`

/**
 * Ends the server's side of a dump as soon as it copies a table, as a restart or an operator would.
 *
 * @returns when that has happened, or when `given` says that no dump will come any more
 */
export async function endNextDump(
  { server, superuser }: SampleDatabase,
  given: AbortSignal,
): Promise<void> {
  await using session = await openSession(server.toolchain.psql, superuser, server.processes)
  for (let ended = 0; ended === 0 && !given.aborted;) {
    const rows = await session.query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND query LIKE 'COPY %'`)
    ended = rows.length
  }
}
