export { type ActionRun, type ActionResult, runAction } from './run-action.ts'
export { inputDefaults, readActionFile, type ActionFile } from './action-file.ts'
export { maskingLog } from './masking-log.ts'
