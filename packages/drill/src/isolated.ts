import { Failure } from '@recovery-playbook/failure'
import { findIsolation, type Isolation } from '@recovery-playbook/isolation'
import type { Processes } from '@recovery-playbook/processes'
import type { Checklist } from './checklist.ts'
import type { Drill } from './drill.ts'
import type { Check } from './verdict.ts'

/** Starts programs isolated, as far as this machine can. */
export const isolatedBy = ({ wrap }: Isolation, processes: Processes): Processes => ({
  start: (command) => processes.start(wrap(command)),
})

type Isolating = Pick<Drill, 'processes' | 'searchPath' | 'identity' | 'allowNotIsolated'>

/**
 * How this machine isolates what sees restored data; settles the check `isolated`. Where nothing isolates, nothing is
 * started, unless that was asked for.
 */
export async function isolate(drill: Isolating, list: Checklist): Promise<Isolation> {
  const isolation = await list.during('isolated', async () => {
    const found = await findIsolation(drill)
    if (!found.isolated && !drill.allowNotIsolated) throw notIsolated(found)
    return found
  })
  list.settle(judgeIsolation(isolation))
  return isolation
}

const notIsolated = ({ inWords }: Isolation) =>
  new Failure('NOT_PROVED', `NOT ISOLATED, so nothing was restored: ${inWords}.`, {
    hint: `${remedy} Where you trust whoever could write to the database, \`allow-not-isolated: true\` restores all the same.`,
  })

const remedy =
  "Run the drill as root, with sudo without a password as on GitHub's runners, or where unprivileged user namespaces are allowed."

/** Without isolation this does not decide: what a dump holds runs by a role that is no superuser. */
const judgeIsolation = ({ isolated, inWords }: Isolation): Check =>
  isolated
    ? { name: 'isolated', state: 'PROVED', detail: `The server had ${inWords}.` }
    : {
        name: 'isolated',
        state: 'SKIPPED',
        detail: `NOT ISOLATED, as was allowed: ${inWords}. ${remedy}`,
      }
