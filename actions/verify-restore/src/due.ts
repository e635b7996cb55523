import { dueDrills } from '@recovery-playbook/drill'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import type { Scenario } from '@recovery-playbook/playbook'
import { readHistory } from '@recovery-playbook/recovery-log'
import type { Inputs } from './inputs.ts'

/**
 * The scenarios to drill now, the cheapest first.
 *
 * @throws Failure NOT_PROVED, GITHUB_REFUSED: with nothing to hang it on, nothing would be drilled, and
 *   nobody would see it
 */
export async function calledFor(
  { drills, drillable, name }: Inputs,
  runner: Runner,
  request: GithubRequest,
): Promise<Scenario[]> {
  const repository = parseRepository(runner.context.repository)
  const due =
    drills === 'none'
      ? []
      : dueDrills(await readHistory(request, repository, name), drillable, runner.clock.now())
  const called: Scenario[] =
    drills === 'now' ? [...new Set(['database-restore' as const, ...due])] : due
  runner.info(
    called.length === 0
      ? 'No drill is called for.'
      : `Drills that are called for: ${called.join(', ')}.`,
  )
  return called
}
