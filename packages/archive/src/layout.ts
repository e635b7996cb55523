const MiB = 1024 ** 2

/** Parts of this size are opened in memory, and retried cheaply. */
const ordinary = 32 * MiB

/** GitHub takes 1000 assets a release and 500 uploads an hour: stay below both. */
const mostParts = 400

/**
 * The size of a part's content before sealing, in bytes, chosen once per recovery point.
 *
 * @param databaseBytes `pg_database_size`; a dump without indexes, compressed, is smaller
 */
export function partBytesFor(databaseBytes: number): number {
  return Math.max(ordinary, Math.ceil(databaseBytes / mostParts / MiB) * MiB)
}
