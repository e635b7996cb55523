import type { DrillReport } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import { reportJson } from '@recovery-playbook/report'
import { runUrl } from './run-url.ts'

/** Returns the path of `report.json`; empty where it cannot be written, which changes no verdict. */
export async function keepReport(report: DrillReport, runner: Runner): Promise<string> {
  const { repository, runId: id, runAttempt: attempt } = runner.context
  const run = { repository, id, attempt, url: runUrl(runner) }
  return runner.keepFile('report.json', reportJson(report, run)).catch((error: unknown) => {
    runner.warn(`report.json was not written: ${messageOf(error)}`)
    return ''
  })
}
