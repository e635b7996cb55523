import './json-imports.ts'
import type { WorkflowOrder, WorkflowResult } from './run.ts'

export { type ActionRun, type ActionResult, runAction } from './run-action.ts'
export { inputDefaults, readActionFile, type ActionFile } from './action-file.ts'
export { freePort } from './free-port.ts'
export { maskingLog } from './masking-log.ts'
export { publishFiles } from './publish-files.ts'
export type { JobResult, WorkflowEvent, WorkflowOrder, WorkflowResult } from './run.ts'

/**
 * Runs a workflow file of the local GitHub's repository on this machine, job after job, and registers
 * the run with the local GitHub.
 *
 * @throws Error, or WorkflowError with the place in the file, for what GitHub would refuse to start and
 *   for what this runner does not support
 */
export async function runWorkflow(order: WorkflowOrder): Promise<WorkflowResult> {
  // GitHub's libraries are loaded by those alone who run workflows.
  const { runWorkflow: run } = await import('./run-workflow.ts')
  return run(order)
}
