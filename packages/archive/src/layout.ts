import { Failure } from '@recovery-playbook/failure'

const MiB = 1024 ** 2

/** Parts of this size are sealed and opened in memory, and retried cheaply. */
const ordinary = 32 * MiB

/** GitHub takes 500 uploads an hour: so many parts never wait for the next hour. */
const unhurried = 400

/** GitHub takes 1000 assets a release, and a recovery point has some more than its parts. */
const mostParts = 900

/** GitHub takes assets under 2 GiB, and sealing adds a little. */
const largest = 2047 * MiB

/**
 * The size of a part's content before sealing, in bytes, chosen once per recovery point. Ordinary up to
 * 12.5 GiB, then larger parts up to 799 GiB, then more of them up to 1.75 TiB.
 *
 * @throws Failure DATABASE_TOO_LARGE
 * @param databaseBytes `pg_database_size`; a dump without indexes, compressed, is smaller
 */
export function partBytesFor(databaseBytes: number): number {
  const bytes = Math.max(ordinary, Math.ceil(databaseBytes / unhurried / MiB) * MiB)
  if (bytes <= largest) return bytes
  if (databaseBytes <= mostParts * largest) return largest
  throw new Failure(
    'DATABASE_TOO_LARGE',
    `The database has ${databaseBytes} bytes; ${mostParts} parts of ${largest} bytes cannot be sure to hold it.`,
    { hint: 'Use pgBackRest or WAL-G with object storage for a database of this size.' },
  )
}

/** Whether a part of so many bytes, sealed or not, goes through memory; a larger one through a file. */
export const fitsInMemory = (bytes: number): boolean => bytes <= ordinary + MiB
