import { Failure } from '@recovery-playbook/failure'
import {
  childEnvironment,
  type Command,
  findProgram,
  type Processes,
  run,
} from '@recovery-playbook/processes'

/** The zstd program: it uses all processors, and what flows through it flows past this process. */
export interface Zstd {
  /** Its absolute path. */
  readonly program: string
  /** '1.5.4' */
  readonly version: string
  readonly processes: Processes
}

/**
 * @param searchPath directories separated by colons, as in PATH
 * @throws Failure TOOLCHAIN_MISSING
 */
export async function findZstd(processes: Processes, searchPath: string): Promise<Zstd> {
  const program = await findProgram(searchPath, 'zstd')
  if (program !== undefined) {
    const { stdout } = await run(processes, zstdCommand(program, ['--version']))
    const version = /\bv?(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
    if (version !== undefined) return { program, version, processes }
  }
  throw new Failure('TOOLCHAIN_MISSING', `The program zstd is needed here; it is not in PATH.`, {
    hint: 'Install it: sudo apt-get install --yes zstd (GitHub’s runners have it).',
  })
}

export const zstdCommand = (program: string, options: readonly string[]): Command => ({
  program,
  arguments: options,
  environment: childEnvironment,
})
