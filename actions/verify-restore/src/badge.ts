import type { DrillReport } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import type { GithubRequest } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { badged, type LogChange, logKeeper, writeLog } from '@recovery-playbook/recovery-log'
import { agedBadge, badgeAfter, logPages } from '@recovery-playbook/report'
import { isOfDefaultBranch } from './default-branch.ts'
import type { Inputs } from './inputs.ts'

/** What a drill of the database shows on the badge, for the commit that records the drill. */
export const badgeOfDrill = (
  report: DrillReport,
  // Of inputs that were refused there is no limit, and nothing was proved.
  { name, maxProofAge = 0 }: Pick<Inputs, 'name'> & Partial<Pick<Inputs, 'maxProofAge'>>,
  runner: Runner,
): LogChange =>
  report.scenario === 'database-restore'
    ? onBadge(name, runner, (before) => badgeAfter(report, before, runner.clock.now(), maxProofAge))
    : () => Promise.resolve({})

/**
 * Lets the badge grow old, by a clock that is right. It changes no verdict: what could not be done is a
 * line of the log, with its remedy.
 */
export async function ageBadge(
  { checks }: DrillReport,
  { name, maxProofAge }: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const clock = checks.find((check) => check.name === 'clock')
  if (clock?.state !== 'PROVED') return
  const change = onBadge(name, runner, (before) =>
    agedBadge(before, runner.clock.now(), maxProofAge),
  )
  await writeLog(logKeeper(runner, request, logPages), [change], `Badge: ${name}`).catch(
    (error: unknown) => {
      runner.info(
        `The badge is not brought up to date: ${messageOf(error)} That takes \`permissions: contents: write\`.`,
      )
    },
  )
}

const onBadge =
  (name: string, runner: Runner, next: Parameters<typeof badged>[1]): LogChange =>
  async (read, keeper) =>
    (await isOfDefaultBranch(runner, keeper.request)) ? badged(name, next)(read, keeper) : {}
