export {
  alarmBody,
  alarmComment,
  type AlarmContext,
  alarmResolved,
  alarmTitle,
} from './alarm-texts.ts'
export { watchBody, watchResolved, watchTitle } from './watch-texts.ts'
export {
  keyCheckBody,
  type KeyCheckContext,
  keyCheckOpened,
  keyCheckTitle,
} from './key-check-texts.ts'
export { agedBadge, badgeAfter } from './badge.ts'
export { handbook } from './handbook/handbook.ts'
export type { Known, Measurement } from './handbook/known.ts'
export { code, command, escape, table } from './markdown.ts'
export { formatBytes } from './bytes.ts'
export { drillLines } from './drill-lines.ts'
export { type Beside, drillSummary } from './drill-summary.ts'
export { exportSummary } from './export-summary.ts'
export {
  freshPoint,
  heldMerge,
  type HeldMerge,
  overrideSummary,
  repairSummary,
  repairVerdict,
} from './held-merge.ts'
export { notesWithProof, releaseNotes } from './release-notes.ts'
export { inSeconds, reportJson } from './report-file.ts'
export { reportSchema } from './report-schema.ts'
export { restoreDocument, restoreDocumentName } from './restore-document.ts'
export { retentionLines, retentionSummary } from './retention-table.ts'
export { restoreCommand, tagSummary } from './tag-summary.ts'
export { inWords } from './verdict-words.ts'
export { logPages } from './log-pages.ts'
