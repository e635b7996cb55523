import { Failure } from '@recovery-playbook/failure'

const MiB = 1024 ** 2

/** Parts of this size are retried cheaply, and several of them fit beside each other. */
const ordinary = 32 * MiB

/** GitHub takes 500 uploads an hour: so many parts never wait for the next hour. */
const unhurried = 400

/** GitHub takes so many assets a release. */
const mostAssets = 1000

/** A recovery point has some more than the parts of its dump. */
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

/** Of 1000 assets those that are no part of the dump and the code: other members, and what people read. */
const others = 40

/**
 * Each large member alone fits into a release, and not each two of them.
 *
 * @param contents bytes of the database and of whatever else is stored in large parts
 * @throws Failure DATABASE_TOO_LARGE
 */
export function assertFits(contents: readonly number[]): void {
  const parts = contents.map((bytes) => Math.max(1, Math.ceil(bytes / partBytesFor(bytes))))
  const all = parts.reduce((sum, count) => sum + count, others)
  if (all <= mostAssets) return
  throw new Failure(
    'DATABASE_TOO_LARGE',
    `The database and the code could have ${parts.join(' and ')} parts, and GitHub takes ${mostAssets} files in a release.`,
    { hint: 'Leave the code out (`code-bundle: false`), and mirror its repository by itself.' },
  )
}

/** Whether a part of so many bytes, sealed or not, is no larger than usual. */
export const isOrdinary = (bytes: number): boolean => bytes <= ordinary + MiB
