import type { FilteredOut } from '../filters/filters.ts'
import type { LocaleProvider } from '../server.ts'

/**
 * What a database held at one moment, in a form that survives a dump and a restore and changes with
 * every accident: exact counts and order-free content hashes of each table, sequences, large
 * objects, extensions and schema. It finds accidents; who wrote it must be known otherwise.
 */
export interface Fingerprint {
  /** How the hashes were made; two fingerprints of different algorithms cannot be compared. */
  readonly algorithm: string
  readonly server: FingerprintServer
  /** In the order of their creation. */
  readonly extensions: readonly ExtensionFingerprint[]
  /** Roles that own something or are granted something: a restore makes them, without a login. */
  readonly roles: readonly string[]
  readonly tables: readonly TableFingerprint[]
  readonly sequences: readonly SequenceFingerprint[]
  readonly largeObjects: LargeObjectsFingerprint
  /** As `dumpSchema` gives it. */
  readonly schema: string
  readonly unseen: Unseen
  /**
   * What filters left out of the dump; absent where it is of the whole database. Everything above then
   * says what a restore brings back: no rows where they were left out, and nothing of what is not in it.
   */
  readonly leftOut?: FilteredOut
}

export interface FingerprintServer {
  readonly major: number
  readonly version: string
  readonly encoding: string
  readonly collation: string
  readonly ctype: string
  readonly localeProvider: LocaleProvider
  /** The locale of the providers 'icu' and 'builtin'. */
  readonly locale: string | null
  readonly database: string
  /** Of the cluster, since its initdb; null or absent where it is not known. */
  readonly systemIdentifier?: string | null
}

export interface ExtensionFingerprint {
  readonly name: string
  readonly version: string
  readonly schema: string
}

/** One leaf table or materialized view, by itself: no partition's or child's rows. */
export interface TableFingerprint {
  readonly schema: string
  readonly name: string
  readonly kind: 'table' | 'materialized view'
  /** Names, sorted by their bytes. */
  readonly columns: readonly string[]
  /** Decimal string. */
  readonly rows: string
  /** Sums of all rows' hashes with two seeds, as decimal strings. */
  readonly hash: readonly [string, string]
}

export interface SequenceFingerprint {
  readonly schema: string
  readonly name: string
  /** Decimal string, negative for a descending sequence. */
  readonly increment: string
  readonly cycles: boolean
  /** Sequences stand outside of snapshots: this is before the dump began … */
  readonly before: SequencePosition
  /** … and this when it had ended. */
  readonly after: SequencePosition
}

export interface SequencePosition {
  /** Decimal string. */
  readonly lastValue: string
  readonly isCalled: boolean
}

export interface LargeObjectsFingerprint {
  /** Decimal string. */
  readonly count: string
  /** Of number, owner and content of each; order-free. */
  readonly hash: string
  /** The same of their comments and privileges; absent where an earlier version did not read them. */
  readonly labels?: string
}

/** What `pg_dump --schema-only` does not show. */
export interface Unseen {
  readonly invalidIndexes: readonly string[]
  readonly unvalidatedConstraints: readonly string[]
  readonly unpopulatedViews: readonly string[]
  /**
   * Constraints whose own triggers are switched off (`DISABLE TRIGGER ALL`), so that nothing keeps to them;
   * absent where an earlier version did not look.
   */
  readonly unenforcedConstraints?: readonly string[]
  /** That columns and indexes sort by; absent where an earlier version did not ask. */
  readonly collations?: readonly CollationVersions[]
  /** `ALTER DATABASE … SET` and `ALTER ROLE … IN DATABASE … SET`, the role in front. */
  readonly settings: readonly DatabaseSetting[]
}

/** Of the library (libc, ICU) that sorts text; collations that need none are not listed. */
export interface CollationVersions {
  /** `default` for the database's own. */
  readonly name: string
  /** By which its indexes were built, as PostgreSQL has noted it. */
  readonly recorded: string
  /** Of the library that the server uses now; null where it cannot tell. */
  readonly actual: string | null
}

interface DatabaseSetting {
  /** Empty for all roles. */
  readonly role: string
  readonly name: string
  readonly value: string
}

/** Changes whenever an equal database would give another hash. */
export const algorithm = 'sum-hashtextextended/1'
