import { openSession } from '@recovery-playbook/postgres'
import type { TestServer } from '../support/postgres.ts'

/**
 * Takes back every setting with which a throwaway cluster is faster or quieter than what somebody
 * gets who installs PostgreSQL: the values of `boot_val` in pg_settings.
 */
export const defaultSettings: Readonly<Record<string, string>> = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  wal_level: 'replica',
  max_wal_senders: '10',
  max_wal_size: '1GB',
  checkpoint_timeout: '5min',
  autovacuum: 'on',
  max_connections: '100',
  max_locks_per_transaction: '64',
  shared_buffers: '128MB',
  maintenance_work_mem: '64MB',
  max_parallel_maintenance_workers: '2',
  dynamic_shared_memory_type: 'posix',
  jit: 'on',
  log_min_error_statement: 'error',
  log_checkpoints: 'on',
  restart_after_crash: 'on',
}

/** Names of the settings that a server was started with and that are not PostgreSQL's defaults. */
export async function changedSettings(server: TestServer): Promise<string[]> {
  const { toolchain, cluster, processes } = server
  await using session = await openSession(toolchain.psql, cluster.superuser, processes)
  const changed = await session.query<{ name: string }>(`
    SELECT name FROM pg_settings
    WHERE source = 'command line' AND setting IS DISTINCT FROM boot_val ORDER BY name`)
  return changed.map(({ name }) => name)
}
