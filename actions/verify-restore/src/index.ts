import { exitCodes } from '@recovery-playbook/drill'
import { onRunner } from '@recovery-playbook/host'
import { isRepairOf } from './guard.ts'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'
import { tellRefusal } from './tell-refusal.ts'

void onRunner(
  async (runner) => {
    const inputs = await readInputs(runner).catch(async (error: unknown) => {
      await tellRefusal(error, runner)
      if (await isRepairOf(error, runner)) return undefined
      throw error
    })
    return inputs === undefined ? 0 : main(inputs, runner)
  },
  (runner) => {
    runner.output('verdict', 'NOT PROVED')
    return exitCodes['NOT PROVED']
  },
)
