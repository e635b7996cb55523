/** The machine that a throwaway cluster may use. */
export interface Machine {
  /** Bytes of memory that PostgreSQL may count on. */
  readonly memory: number
  readonly cpus: number
}

const MiB = 1024 * 1024

/**
 * Settings of a cluster that nobody will miss: nothing is forced to disk, nothing is replicated,
 * nothing is vacuumed behind a restore's back, and no statement is written to a log.
 */
export const throwawaySettings = ({ memory, cpus }: Machine): Record<string, string> => ({
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  max_connections: '100',
  // A restore in one transaction each, and pg_dump, lock every table.
  max_locks_per_transaction: '512',
  shared_buffers: `${between(64, memory / MiB / 4, 8192)}MB`,
  maintenance_work_mem: `${between(64, memory / MiB / 16, 2048)}MB`,
  max_parallel_maintenance_workers: String(Math.max(0, cpus - 1)),
  // Under the private directory, not in /dev/shm: a container has 64 MB there.
  dynamic_shared_memory_type: 'mmap',
  jit: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  restart_after_crash: 'off',
  unix_socket_permissions: '0777',
})

const between = (least: number, wanted: number, most: number) =>
  Math.round(Math.min(most, Math.max(least, wanted)))
