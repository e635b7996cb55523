import { onRunner } from '@recovery-playbook/host'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'
import { reportFailedExport } from './record-export.ts'

void onRunner(async (runner) => {
  try {
    return await main(await readInputs(runner), runner)
  } catch (error) {
    await reportFailedExport(error, runner)
    throw error
  }
})
