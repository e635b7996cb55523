import { findZstd, type Zstd } from '@recovery-playbook/archive'
import type { Runner } from '@recovery-playbook/host'
import {
  assertReadable,
  type Connection,
  describeServer,
  findToolchains,
  openSession,
  type Server,
  type Toolchain,
  toolchainFor,
} from '@recovery-playbook/postgres'
import { formatBytes } from '@recovery-playbook/report'

/** The database, and the programs that read it: PostgreSQL's of exactly its major, and zstd. */
export interface Source {
  readonly connection: Connection
  readonly server: Server
  readonly toolchain: Toolchain
  readonly zstd: Zstd
}

/** Everything that can be known to be wrong before the dump. */
export async function inspectDatabase(connection: Connection, runner: Runner): Promise<Source> {
  const { processes, searchPath } = runner
  const [newest] = await findToolchains(processes, searchPath)
  const psql = newest?.psql ?? (await toolchainFor(0, processes, searchPath, 'client')).psql
  await using session = await openSession(psql, connection, processes)
  const server = await describeServer(session)
  runner.info(
    `PostgreSQL ${server.version}, ${server.encoding}, ${formatBytes(Number(server.bytes))}`,
  )
  const toolchain = await toolchainFor(server.major, processes, searchPath, 'client')
  const zstd = await findZstd(processes, searchPath)
  runner.info(`${toolchain.pgDump} ${toolchain.version}, ${zstd.program} ${zstd.version}`)
  await assertReadable(session)
  return { connection, server, toolchain, zstd }
}
