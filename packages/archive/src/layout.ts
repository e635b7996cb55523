import { Failure } from '@recovery-playbook/failure'

const MiB = 1024 ** 2

/** Parts of this size are opened in memory, and retried cheaply. */
const ordinary = 32 * MiB

/** GitHub takes 1000 assets a release and 500 uploads an hour: stay below both. */
const mostParts = 400

/** GitHub takes assets under 2 GiB, and sealing adds a little. */
const largest = 2047 * MiB

/**
 * The size of a part's content before sealing, in bytes, chosen once per recovery point.
 *
 * @throws Failure DATABASE_TOO_LARGE
 * @param databaseBytes `pg_database_size`; a dump without indexes, compressed, is smaller
 */
export function partBytesFor(databaseBytes: number): number {
  const bytes = Math.max(ordinary, Math.ceil(databaseBytes / mostParts / MiB) * MiB)
  if (bytes <= largest) return bytes
  throw new Failure(
    'DATABASE_TOO_LARGE',
    `The database has ${databaseBytes} bytes; ${mostParts} parts of ${largest} bytes cannot be sure to hold it.`,
    { hint: 'Use pgBackRest or WAL-G with object storage for a database of this size.' },
  )
}
