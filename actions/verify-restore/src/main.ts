import { drillDatabaseRestore, exitCodes } from '@recovery-playbook/drill'
import { openerFor } from '@recovery-playbook/encryption'
import type { Runner } from '@recovery-playbook/host'
import { githubReleases } from '@recovery-playbook/release-store'
import { drillLines, drillSummary } from '@recovery-playbook/report'
import type { Inputs } from './inputs.ts'

export async function main(inputs: Inputs, runner: Runner): Promise<number> {
  await using directory = await runner.temporaryDirectory()
  const { open } = openerFor(inputs.passphrase)
  const store = githubReleases(runner.github(inputs.token), inputs.keeper, runner.clock.sleep)

  const report = await drillDatabaseRestore({
    ...inputs,
    ...runner,
    store,
    open,
    directory: directory.path,
  })

  for (const line of drillLines(report)) runner.info(line)
  await runner.summarise(drillSummary(report))
  runner.output('verdict', report.verdict)
  runner.output('recovery-point', report.point?.manifest.tag ?? '')
  runner.output('snapshot-at', report.point?.manifest.snapshotAt ?? '')
  runner.output('recovery-seconds', (report.elapsed / 1000).toFixed(1))
  runner.output('tables', report.figures?.tables ?? '')
  runner.output('rows', String(report.figures?.rows ?? ''))
  for (const { name, state, detail, hint } of report.checks) {
    if (hint !== undefined) runner.blame(`${state}: ${name}`, `${detail}\n${hint}`)
  }
  return exitCodes[report.verdict]
}
