import { findZstd, type Zstd } from '@recovery-playbook/archive'
import type { Runner } from '@recovery-playbook/host'
import {
  assertReadable,
  type Connection,
  type Filters,
  describeServer,
  leftOutInWords,
  leftOutOfDump,
  newestMigrations,
  openSessionPatiently,
  provideToolchain,
  selectDumped,
  type Server,
  type Toolchain,
  type Wanted,
} from '@recovery-playbook/postgres'
import { formatBytes } from '@recovery-playbook/report'

/** The database, and the programs that read it: PostgreSQL's of exactly its major, and zstd. */
export interface Source {
  readonly connection: Connection
  readonly filters: Filters
  readonly server: Server
  readonly toolchain: Toolchain
  readonly zstd: Zstd
  /** What a dump of this database does not hold by its nature. */
  readonly leftOut: readonly string[]
  /** The newest migration of each Django application, `app.name`; empty where there are none. */
  readonly migrations: readonly string[]
}

/** Everything that can be known to be wrong before the dump. */
export async function inspectDatabase(
  connection: Connection,
  filters: Filters,
  runner: Runner,
): Promise<Source> {
  const { processes, searchPath, clock } = runner
  const provide = async (major: Wanted) => {
    const order = { major, need: 'client', processes, searchPath, root: runner.isRoot } as const
    return provideToolchain(order)
  }
  const any = await provide('newest')
  if (any.wasInstalled) runner.info(any.reason)
  const { psql } = any.toolchain
  await using session = await openSessionPatiently(psql, connection, processes, {
    sleep: clock.sleep,
    onRetry: (line) => {
      runner.info(line)
    },
  })
  const server = await describeServer(session)
  runner.info(
    `PostgreSQL ${server.version}, ${server.encoding}, ${formatBytes(Number(server.bytes))}`,
  )
  const { toolchain, reason } = await provide(server.major)
  runner.info(reason)
  const zstd = await findZstd(processes, searchPath)
  runner.info(`zstd ${zstd.version} in ${zstd.program}`)
  const selection = await selectDumped({ toolchain, connection, processes }, filters)
  await assertReadable(session, {
    omission: selection?.omission,
    tell: (line) => {
      runner.info(line)
    },
  })
  const leftOut = (await leftOutOfDump(session)).map(leftOutInWords)
  for (const one of leftOut) runner.info(`Not in the dump: ${one}`)
  const migrations = await newestMigrations(session)
  return { connection, filters, server, toolchain, zstd, leftOut, migrations }
}
