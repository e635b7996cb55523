export { type OpenedMembers, openMembers } from './open-members.ts'
export { type ArchiveDrill } from './archive/order.ts'
export { drillArchive } from './archive/drill-archive.ts'
export { type DrillByHand, drillByHand } from './drill-by-hand.ts'
export { restoreIntoTarget, type TargetOrder } from './restore-into-target.ts'
export { drillDatabaseRestore } from './database-restore.ts'
export type { Drill, DrillReport, Measured } from './drill.ts'
export { type Figures, figuresOf } from './figures.ts'
export {
  newestRecoveryPoint,
  recoveryPointsOf,
  findRecoveryPoint,
  type ListedRelease,
  listRecoveryPoints,
  type RecoveryPoint,
  type Subject,
} from './find-recovery-point.ts'
export { type Guard, guardMerge } from './merge-guard.ts'
export { drilledPoints } from './drilled-points.ts'
export { drillableScenarios, dueDrills, outsideMirror } from './due-drills.ts'
export { watchBackups, watchInWords, type WorkflowState } from './watch-backups.ts'
export { type Check, exitCodes, type State, verdictOf } from './verdict.ts'
export { report } from './report.ts'
export { filteredOutInWords } from './partial.ts'
export { progressOf } from './progress.ts'
export type { VerifySignature } from './signature.ts'
export { type Phase, stopwatch, type Stopwatch } from './phases.ts'
export type { ApplicationOrder } from './application/order.ts'
