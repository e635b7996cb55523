import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { isSequence } from './github-libraries.ts'
import { find, pairsOf, WorkflowError } from './tokens.ts'

const keys = {
  workflow: 'name run-name on permissions env defaults concurrency jobs',
  job:
    'name needs if runs-on permissions env defaults outputs strategy steps timeout-minutes ' +
    'concurrency services environment',
  call: 'name needs if uses with secrets permissions strategy concurrency',
  step: 'id name if uses with run shell env working-directory continue-on-error timeout-minutes',
  service: 'image env ports options',
  strategy: 'matrix fail-fast max-parallel',
  concurrency: 'group cancel-in-progress',
}

/**
 * GitHub's schema has been satisfied before; this refuses what GitHub runs and this runner does not.
 *
 * @throws WorkflowError that names file, line and key
 */
export function requireSupported(path: string, root: TemplateToken): void {
  const check = (token: TemplateToken | undefined, place: keyof typeof keys) => {
    for (const { key } of pairsOf(token)) {
      if (keys[place].split(' ').includes(key.toString())) continue
      throw new WorkflowError(path, key, `${key.toString()}: this runner does not support it`)
    }
  }
  check(root, 'workflow')
  check(find(root, 'concurrency'), 'concurrency')
  for (const { value: job } of pairsOf(find(root, 'jobs'))) {
    check(job, find(job, 'uses') === undefined ? 'job' : 'call')
    check(find(job, 'strategy'), 'strategy')
    check(find(job, 'concurrency'), 'concurrency')
    for (const { value: service } of pairsOf(find(job, 'services'))) check(service, 'service')
    const steps = find(job, 'steps')
    for (const step of steps && isSequence(steps) ? steps : []) check(step, 'step')
  }
}
