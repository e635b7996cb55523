import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cloneBundle, cloneWorkspace } from '@recovery-playbook/code-bundle'
import { Failure } from '@recovery-playbook/failure'
import {
  childEnvironment,
  endingInWords,
  type Identity,
  type Processes,
  run,
} from '@recovery-playbook/processes'

interface Copying {
  readonly processes: Processes
  readonly searchPath: string
  readonly identity: Identity | undefined
  /** A directory that the application's user may pass through; everything is made inside. */
  readonly parent: string
  /** What the copy is called in there. */
  readonly name: string
  readonly commit: string
  /** A bundle's file, or the clone that this run has checked out. */
  readonly source: { readonly bundle: string } | { readonly workspace: string }
}

export interface WorkingCopy {
  readonly directory: string
  /** An empty directory for programs that want a home. */
  readonly home: string
}

/**
 * A working copy at a commit, which belongs to the user that the application runs as.
 *
 * @throws Failure CODE_INCOMPLETE
 */
export async function makeWorkingCopy(copying: Copying): Promise<WorkingCopy> {
  const { processes, searchPath, identity, parent, name, commit, source } = copying
  const directory = join(parent, name)
  const home = join(parent, `${name}-home`)
  await mkdir(home, { mode: 0o700 })
  const git = { processes, searchPath, home }
  const cloning = { commit, into: directory }
  await ('bundle' in source
    ? cloneBundle(git, { bundle: source.bundle, ...cloning })
    : cloneWorkspace(git, { workspace: source.workspace, ...cloning }))
  if (identity !== undefined) await give([directory, home], identity, processes)
  return { directory, home }
}

async function give(paths: readonly string[], { uid, gid }: Identity, processes: Processes) {
  const answer = await run(processes, {
    program: '/bin/chown',
    arguments: ['-R', '-h', `${uid}:${gid}`, ...paths],
    environment: childEnvironment,
  })
  if (answer.code === 0) return
  throw new Failure(
    'CODE_INCOMPLETE',
    `The working copy cannot be given away: chown ended with ${endingInWords(answer)}.`,
    {
      hint: 'Look at the free disk, and start the drill again.',
    },
  )
}
