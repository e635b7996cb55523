export { type ActionRun, type ActionResult, runAction } from './run-action.ts'
export { inputDefaults, readActionFile, type ActionFile } from './action-file.ts'
export { maskingLog } from './masking-log.ts'
export { runWorkflow } from './run-workflow.ts'
export { publishFiles, type Publication } from './publish-files.ts'
export type {
  Conclusion,
  JobResult,
  StepResult,
  WorkflowEvent,
  WorkflowOrder,
  WorkflowResult,
} from './run.ts'
