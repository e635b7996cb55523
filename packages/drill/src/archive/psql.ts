import { Failure } from '@recovery-playbook/failure'
import type { Isolation } from '@recovery-playbook/isolation'
import {
  findToolchains,
  isMended,
  mendedInWords,
  type Toolchain,
} from '@recovery-playbook/postgres'
import type { ArchiveDrill } from './order.ts'

/** SQL text is a program for psql: one that nothing holds back is not given it. */
export function assertIsolated({ isolated, inWords }: Isolation): void {
  if (isolated) return
  throw new Failure(
    'NOT_PROVED',
    `SQL text is run isolated or not at all, and nothing isolates here: ${inWords}.`,
    {
      hint: 'Run the drill as root, with sudo without a password as on GitHub’s runners, or where unprivileged user namespaces are allowed. A dump in the custom format needs none of it.',
    },
  )
}

/**
 * The toolchain whose psql gets the text: the server's own, or the newest that is mended, since any psql
 * speaks with any server.
 *
 * @throws Failure NOT_PROVED
 */
export async function psqlFor(
  own: Toolchain,
  { processes, searchPath }: Pick<ArchiveDrill, 'processes' | 'searchPath'>,
): Promise<Toolchain> {
  if (isMended(own.version)) return own
  const all = await findToolchains(processes, searchPath)
  const mended = all.find(({ version }) => isMended(version))
  if (mended !== undefined) return mended
  throw new Failure(
    'NOT_PROVED',
    `psql ${own.version} runs programs that an SQL text names (CVE-2026-18408), and no newer one is here: the text was not run.`,
    {
      hint: `Update it to one of ${mendedInWords}, or newer: sudo apt-get install --yes --only-upgrade postgresql-client-${own.major}`,
    },
  )
}
