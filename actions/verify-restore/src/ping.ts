import { messageOf } from '@recovery-playbook/failure'
import type { Runner } from '@recovery-playbook/host'
import type { Inputs } from './inputs.ts'

const tries = 3
/** Milliseconds. */
const patience = 10_000

/**
 * Asks for the address of a dead-man's switch outside of GitHub, which rings when it is not asked for: the
 * one alarm that a GitHub which starts nothing cannot swallow. The switch itself tells of a ping that did
 * not come, so one that fails changes no verdict.
 */
export async function ping({ pingUrl }: Inputs, runner: Runner): Promise<void> {
  if (pingUrl === '') return
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runner.fetchText(pingUrl, patience)
      runner.info('The dead-man’s switch was told that backups come.')
      return
    } catch (error) {
      if (attempt < tries) {
        await runner.clock.sleep(1000 * attempt)
        continue
      }
      runner.warn(`The dead-man’s switch (ping-url) was not told: ${messageOf(error)}`)
      return
    }
  }
}
