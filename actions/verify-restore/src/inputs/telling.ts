import type { Runner } from '@recovery-playbook/host'
import { parsePlaybook, scenarios } from '@recovery-playbook/playbook'
import type { Inputs } from '../inputs.ts'
import { keeperIn, peopleIn, playbookOf } from './from-playbook.ts'

/** What telling people takes, also where nothing else could be read. */
export type Telling = Pick<
  Inputs,
  'name' | 'token' | 'scenario' | 'guarantee' | 'keeper' | 'record' | 'alarm' | 'showKeys'
> &
  Pick<Inputs, 'contacts' | 'statusPages'>

/** Of inputs that were refused, what telling people takes; undefined where nobody is to be told. */
export async function readTelling(runner: Runner): Promise<Telling | undefined> {
  const token = runner.input('token')
  const asked = ['', 'restore'].includes(runner.input('mode')) && runner.input('alarm') !== 'false'
  const proves = ['target-url', 'archive'].every((name) => runner.input(name) === '')
  if (token === '' || !asked || !proves || runner.input('by-hand') === 'true') return undefined
  const scenario = scenarios.find((one) => one === runner.input('scenario')) ?? 'database-restore'
  const { playbook } = await playbookOf(runner, token, 'restore').catch(() => ({
    playbook: parsePlaybook(''),
  }))
  const only = Object.keys(playbook.databases)
  return {
    token,
    scenario,
    name: runner.input('name') || (only.length === 1 ? (only[0] ?? '') : 'default'),
    guarantee: playbook.guarantees[scenario],
    keeper: keeperIn(runner, playbook, scenario),
    record: runner.input('record') !== 'false',
    alarm: true,
    showKeys: false,
    ...peopleIn(runner, playbook),
  }
}
