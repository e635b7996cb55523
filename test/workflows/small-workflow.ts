import type { WorkflowResult } from '@recovery-playbook/local-workflows'
import { dispatch, type Stage } from './stage.ts'

/** A job of steps, each as it stands in the file; `more` is what the job has besides. */
export const steps = (id: string, more: string, ...lines: readonly string[]): string =>
  [`  ${id}:`, '    runs-on: ubuntu-24.04', ...(more === '' ? [] : [`    ${more}`]), '    steps:']
    .concat(lines.map((line) => `      - ${line}`))
    .join('\n') + '\n'

/**
 * Publishes a workflow of these jobs that is started by hand, and runs it.
 *
 * @param dispatchSetting what stands under `workflow_dispatch`
 */
export async function runJobs(
  stage: Stage,
  jobs: string,
  more?: Parameters<Stage['run']>[2],
  dispatchSetting = '{}',
): Promise<WorkflowResult> {
  const text = `name: Test\non: { workflow_dispatch: ${dispatchSetting} }\njobs:\n${jobs}`
  await stage.publish({ 'test.yml': text })
  return stage.run('test.yml', dispatch, more)
}

/** What `runJobs` takes after the stage. */
export type Words = Parameters<typeof runJobs> extends [unknown, ...infer Rest] ? Rest : never
