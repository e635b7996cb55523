export type { Proof } from './proof-format.ts'
export { proved, readProof, type SignProof, type VerifyProof } from './proof.ts'
export { confirmRun, type TrustedRuns } from './confirm.ts'
export { happened, type HistoryRow, readHistory } from './history.ts'
export { lastRecoveryTimes, worstGap } from './figures.ts'
export { drilled, readTags, type TagRow, tagged } from './tags.ts'
export { badged } from './badge.ts'
export { noted, type Operation, recordedBy } from './operations.ts'
export {
  logBranch,
  type LogChange,
  logKeeper,
  type LogKeeper,
  type LogPages,
  writeLog,
} from './log-branch.ts'
