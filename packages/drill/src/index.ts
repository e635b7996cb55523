export { drillDatabaseRestore, type DrillReport, type Figures } from './database-restore.ts'
export { newestRecoveryPoint, findRecoveryPoint, type RecoveryPoint } from './find-recovery-point.ts'
export { type Check, exitCodes, type State, verdictOf } from './verdict.ts'
export { type Phase, stopwatch, type Stopwatch } from './phases.ts'
