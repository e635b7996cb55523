import { mkdtemp, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import type { Contexts } from './expression.ts'
import type { JobState } from './job.ts'
import type { Prepared } from './step.ts'
import { find, textOf, WorkflowError } from './tokens.ts'

/** Docs: workflow syntax, jobs.<job_id>.steps[*].shell. Unspecified is not the same as `bash`. */
const shells: Readonly<Record<string, string>> = {
  '': 'bash -e {0}',
  bash: 'bash --noprofile --norc -eo pipefail {0}',
  sh: 'sh -e {0}',
  python: 'python3 {0}',
}

/** A `run` step: its text in a file of its own, given to the shell with GitHub's flags. */
export async function prepareScript(
  state: JobState,
  token: TemplateToken,
  contexts: Contexts,
): Promise<Prepared> {
  const { frame, token: job } = state.order
  const { path, root } = frame.file
  const setting = (name: string) =>
    [find(token, name), find(job, 'defaults', 'run', name), find(root, 'defaults', 'run', name)]
      .map((one) => textOf(path, one, { contexts }))
      .find((text) => text !== '') ?? ''
  const shell = setting('shell')
  const command = shells[shell] ?? shell
  if (!command.includes('{0}')) {
    throw new WorkflowError(path, find(token, 'shell'), `shell: ${shell}: not supported here`)
  }
  const script = join(await mkdtemp(join(state.directory, 'script-')), 'script')
  await writeFile(script, textOf(path, find(token, 'run'), { contexts }))
  const [program = '', ...words] = command.split(' ').map((word) => word.replace('{0}', script))
  const directory = resolve(state.workspace, setting('working-directory'))
  return { program, arguments: words, directory, environment: {} }
}
