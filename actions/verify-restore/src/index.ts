import { exitCodes } from '@recovery-playbook/drill'
import { onRunner } from '@recovery-playbook/host'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

void onRunner(
  async (runner) => main(await readInputs(runner), runner),
  (runner) => {
    runner.output('verdict', 'NOT PROVED')
    return exitCodes['NOT PROVED']
  },
)
