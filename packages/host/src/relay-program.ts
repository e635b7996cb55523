import { constants } from 'node:fs'
import { chmod, copyFile, cp } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Identity } from '@recovery-playbook/processes'

interface RelayProgram {
  readonly program: string
  readonly arguments: readonly string[]
}

/**
 * Node and the relay beside this bundle, as the user of a sandbox can start them: another user than root
 * may not pass through the directories where they are.
 *
 * @param directory one that this user may pass through
 */
export async function relayProgram(
  directory: string,
  identity: Identity | undefined,
): Promise<RelayProgram> {
  const relay = join(dirname(process.argv[1] ?? ''), 'relay')
  if (identity === undefined) {
    return { program: process.execPath, arguments: [join(relay, 'index.js')] }
  }
  const program = join(directory, 'node')
  await copyFile(process.execPath, program, constants.COPYFILE_FICLONE)
  await chmod(program, 0o755)
  const own = join(directory, 'relay')
  await cp(relay, own, { recursive: true })
  await chmod(own, 0o755)
  return { program, arguments: [join(own, 'index.js')] }
}
