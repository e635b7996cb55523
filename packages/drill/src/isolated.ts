import type { Isolation } from '@recovery-playbook/isolation'
import type { Processes } from '@recovery-playbook/processes'
import type { Check } from './verdict.ts'

/** Starts programs isolated, as far as this machine can. */
export const isolatedBy = ({ wrap }: Isolation, processes: Processes): Processes => ({
  start: (command) => processes.start(wrap(command)),
})

/**
 * The data came back or not, however the server was isolated: this does not decide. What a dump holds
 * runs without power in any case, by a role that is no superuser.
 */
export const judgeIsolation = ({ isolated, inWords }: Isolation): Check =>
  isolated
    ? { name: 'isolated', state: 'PROVED', detail: `The server had ${inWords}.` }
    : {
        name: 'isolated',
        state: 'SKIPPED',
        detail: `NOT ISOLATED: ${inWords}. Run the drill as root, with sudo without a password as on GitHub's runners, or where unprivileged user namespaces are allowed.`,
      }
