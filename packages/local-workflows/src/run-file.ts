import { inConcurrencyGroup } from './concurrency-group.ts'
import { type JobsResult, runJobs } from './jobs.ts'
import type { Frame } from './run.ts'
import { find } from './tokens.ts'

/**
 * A workflow file in its concurrency group: the run's own, or a called one.
 *
 * @param stop cancels the file's jobs
 * @returns undefined when a newer run of the group took its place
 */
export function runFile(frame: Frame, stop: () => void): Promise<JobsResult | undefined> {
  const { run, file, inputs } = frame
  const contexts = { github: run.github, inputs, vars: run.order.variables ?? {} }
  const setting = find(file.root, 'concurrency')
  return inConcurrencyGroup(frame, setting, contexts, stop, () => runJobs(frame))
}
