import { onRunner } from '@recovery-playbook/host'
import { readInputs } from './inputs.ts'
import { main } from './main.ts'

void onRunner(async (runner) => main(await readInputs(runner), runner))
