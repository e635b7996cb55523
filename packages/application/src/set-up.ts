import type { Application } from '@recovery-playbook/playbook'
import type { Check } from '@recovery-playbook/verdict'
import { judgeOutcome } from './outcome.ts'
import type { Place } from './place.ts'

/**
 * Runs what makes a working copy into an application, such as installing its requirements. It may use the
 * network, and has neither data nor secrets: it has to be over before there are any on this machine.
 */
export async function setUp(
  { 'set-up': commands }: Application,
  { sandbox, directory, surroundings }: Place,
  info: (line: string) => void,
): Promise<Check> {
  const name = 'set up'
  if (commands.length === 0) return { name, state: 'SKIPPED', detail: 'No `set-up` is described.' }
  for (const { run, timeout } of commands) {
    info(`$ ${run}`)
    const outcome = await sandbox.run(
      { script: run, directory, environment: surroundings, reach: 'network' },
      timeout,
    )
    if (outcome.code === 0) continue
    const check = judgeOutcome(outcome, {
      name,
      timeout,
      proves: '',
      hint: 'Run the commands of `set-up` in a fresh clone of the recovered commit.',
    })
    return { ...check, detail: `${run}\n${check.detail}` }
  }
  return { name, state: 'PROVED', detail: `${commands.length} commands of \`set-up\` ended well.` }
}
