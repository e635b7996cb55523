import type { ForeignDump } from '@recovery-playbook/archive'
import type { Isolation } from '@recovery-playbook/isolation'
import {
  readDefinitions,
  restoreDatabase,
  type RestoreReport,
  restoreText,
  type SqlText,
  type ThrowawayCluster,
} from '@recovery-playbook/postgres'
import { isolatedBy } from '../isolated.ts'
import type { ArchiveDrill } from './order.ts'
import { prerequisitesOf } from './prerequisites.ts'
import { psqlFor } from './psql.ts'

export interface Restored extends RestoreReport {
  /** Which program did it, in words. */
  readonly by: string
  /** Statements that were not run, with the rule. */
  readonly passedOver: readonly string[]
}

export interface Restoring {
  readonly dump: ForeignDump
  readonly cluster: ThrowawayCluster
  readonly isolation: Isolation
}

/** Who reads a dump that nobody has authenticated. */
export const readerOf = ({ processes, identity }: ArchiveDrill, isolation: Isolation) => ({
  processes: isolatedBy(isolation, processes),
  identity,
})

/** pg_restore or psql, both isolated; neither as a superuser. */
export async function restoreDump(
  drill: ArchiveDrill,
  { dump, cluster, isolation }: Restoring,
  text: SqlText | undefined,
): Promise<Restored> {
  const reader = readerOf(drill, isolation)
  const { processes } = drill
  const { toolchain } = cluster
  if (text !== undefined) {
    const { psql, version } = await psqlFor(toolchain, drill)
    const fingerprint = prerequisitesOf(text)
    const order = { cluster, processes, installer: drill, reader, fingerprint, psql }
    const report = await restoreText({ ...order, ...text, text: dump.path })
    return { ...report, by: `psql ${version}`, passedOver: passedOverInWords(text) }
  }
  const definitions = await readDefinitions({ toolchain, archive: dump.path, reader })
  const report = await restoreDatabase({
    cluster,
    processes,
    installer: drill,
    reader,
    fingerprint: prerequisitesOf(definitions),
    archive: dump.path,
    // pg_restore reads a tar from its beginning to its end, and cannot do so twice at once.
    jobs: dump.format === 'tar' ? 1 : drill.machine.cpus,
  })
  const leftOut = report.leftOut.filter((entry) => !/^(COMMENT )?EXTENSION /.test(entry))
  return { ...report, leftOut, by: `pg_restore ${toolchain.version}`, passedOver: [] }
}

/** Rules with the number of statements: a text may have thousands of them. */
function passedOverInWords({ passedOver }: SqlText): string[] {
  const counts = new Map<string, number>()
  for (const { because } of passedOver) counts.set(because, (counts.get(because) ?? 0) + 1)
  return [...counts].map(([because, count]) => `${count} (${because})`)
}
