import { normalize } from 'node:path'
import type { Runner } from '@recovery-playbook/host'
import { usualPlaybookPath } from '@recovery-playbook/playbook'
import { wordsOf } from './given.ts'

/** What a guard takes to look at a change, also where nothing else could be read. */
export interface Guarding {
  readonly token: string
  /** Workflow files whose runs may prove something. */
  readonly provingWorkflows: readonly string[]
  /** The playbook file's path in the repository. */
  readonly playbookPath: string
}

/** Undefined where nothing is guarded. */
export function readGuarding(runner: Runner): Guarding | undefined {
  const token = runner.input('token')
  if (runner.input('mode') !== 'proof' || token === '') return undefined
  return {
    token,
    provingWorkflows: wordsOf(runner.input('proving-workflows')),
    playbookPath: normalize(runner.input('playbook') || usualPlaybookPath),
  }
}
