/** Stable names of everything that this suite fails with on purpose. */
export type FailureCode =
  // Inputs
  | 'INPUT_MISSING'
  | 'INPUT_INVALID'
  | 'PASSPHRASE_UNUSABLE'
  // GitHub
  | 'GITHUB_REFUSED'
  | 'TAG_REFUSED'
  | 'REPOSITORY_PUBLIC'
  | 'UPLOAD_FAILED'
  | 'DOWNLOAD_FAILED'
  // PostgreSQL
  | 'TOOLCHAIN_MISSING'
  | 'CONNECTION_FAILED'
  | 'CONNECTION_LOST'
  | 'DATABASE_EMPTY'
  | 'PRIVILEGE_MISSING'
  | 'DUMP_FAILED'
  | 'QUERY_FAILED'
  | 'CLUSTER_FAILED'
  | 'LOCALE_MISSING'
  | 'EXTENSION_MISSING'
  | 'RESTORE_FAILED'
  // Recovery points
  | 'NO_RECOVERY_POINT'
  | 'NOT_PROVED'
  | 'RECOVERY_POINT_INCOMPLETE'
  | 'MANIFEST_UNKNOWN'
  | 'MANIFEST_FORGED'
  | 'PART_DAMAGED'
  | 'CANNOT_OPEN'
  // The machine
  | 'DISK_FULL'
  | 'CANCELLED'
