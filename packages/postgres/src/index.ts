export { type Connection, connectionFromVariables, parseConnection } from './connection.ts'
export { redact, secretsIn, secretsOf } from './secrets.ts'
export {
  findToolchains,
  type Need,
  type Toolchain,
  toolchainFor,
  type Wanted,
} from './toolchain.ts'
export {
  type ProvidedToolchain,
  provideToolchain,
  type ToolchainOrder,
} from './provide-toolchain.ts'
export { openSession, type Session } from './session.ts'
export { openSessionPatiently, type Patience } from './patience.ts'
export { type ConnectionTrouble, troubleOf } from './connection-trouble.ts'
export { ServerError, sqlstateOf } from './server-error.ts'
export { describeServer, type LocaleProvider, type Server } from './server.ts'
export { assertReadable } from './privileges.ts'
export { newestMigrations } from './newest-migrations.ts'
export { type LeftOut, leftOutInWords, type LeftOutKind, leftOutOfDump } from './left-out.ts'
export { exportSnapshot, type Snapshot } from './snapshot.ts'
export { type Dump, dumpDatabase, type DumpOrder, dumpSchema } from './dump.ts'
export { dumpGlobals, rolesMissingIn } from './globals.ts'
export {
  type FilteredOut,
  type Filters,
  leavesOutNothing,
  parsePatterns,
} from './filters/filters.ts'
export { selectDumped, type Selection } from './filters/selection.ts'
export type {
  Fingerprint,
  LargeObjectsFingerprint,
  SequenceFingerprint,
  TableFingerprint,
} from './fingerprint/fingerprint.ts'
export { parseFingerprint } from './fingerprint/parse.ts'
export {
  beginFingerprint,
  type FingerprintInProgress,
  type FingerprintOrder,
  type FingerprintProgress,
  takeFingerprint,
} from './fingerprint/take.ts'
export { compareFingerprints } from './fingerprint/compare.ts'
export type { Difference } from './fingerprint/difference.ts'
export type { Machine } from './cluster-settings.ts'
export { startThrowaway, type ThrowawayCluster, type ThrowawayOrder } from './throwaway.ts'
export {
  analyze,
  restoreDatabase,
  type RestoreOrder,
  type RestoreReport,
} from './restore/restore.ts'
export { type DifferingRows, findDifferingRows, type ToldTable } from './rows/differing-rows.ts'
export { type CheckedIndexes, checkIndexes } from './indexes/check-indexes.ts'
export { type Tried, tryMutations } from './self-test/try-mutations.ts'
export { withoutOwners } from './fingerprint/without-owners.ts'
export { newLogin } from './new-login.ts'
export { inspectTarget, type Target } from './target/inspect-target.ts'
export { statementsForSuperuser } from './target/by-hand-statements.ts'
export { restoreTarget } from './target/restore-target.ts'
export { directoryForSocket } from './private-directory.ts'
export { type ArchiveHead, readArchiveHead } from './archive-head.ts'
export type { Prerequisites } from './restore/prerequisites.ts'
export { readDefinitions, readWhole } from './restore/read-archive.ts'
export { restoreText } from './restore/restore-text.ts'
export { type PassedOver, readSqlText, type SqlText } from './sql-text/read-text.ts'
export { isMended, mendedInWords } from './sql-text/psql-release.ts'
export { checkForeignKeys, type ForeignKey } from './foreign-keys.ts'
export { copyDatabase } from './copy-database.ts'
export { lostBetween } from './lost.ts'
