import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from '@recovery-playbook/processes'

/** sizeof(sockaddr_un.sun_path) is 108 with its NUL. */
const longestSocketPath = 107

/** A new directory that the identity alone may enter, deleted with everything in it at cleanup. */
export async function privateDirectory(
  prefix: string,
  identity: Identity | undefined,
  cleanup: AsyncDisposableStack,
): Promise<string> {
  const directory = await mkdtemp(prefix)
  cleanup.defer(() => rm(directory, { recursive: true, force: true }))
  if (identity !== undefined) await chown(directory, identity.uid, identity.gid)
  return directory
}

/**
 * Where the server's socket lies: inside of its home, unless the path would be too long or a group
 * besides the owner must reach it, who could not pass through the home.
 */
export async function directoryForSocket(
  home: string,
  identity: Identity | undefined,
  socketGroup: number | undefined,
  cleanup: AsyncDisposableStack,
): Promise<string> {
  const longest = Buffer.byteLength(join(home, 's', '.s.PGSQL.65535'))
  if (longest > longestSocketPath || socketGroup !== undefined) {
    const directory = await directoryElsewhere(home, identity, cleanup)
    if (socketGroup !== undefined) {
      await chown(directory, identity?.uid ?? -1, socketGroup)
      await chmod(directory, 0o710)
    }
    return directory
  }
  const directory = join(home, 's')
  await mkdir(directory, { mode: 0o700 })
  if (identity !== undefined) await chown(directory, identity.uid, identity.gid)
  return directory
}

/**
 * A short path outside of the drill's directory. A note beside the home names it beforehand, so that who
 * removes a killed drill's directory knows of it: see `temporaryDirectory` of the host.
 */
async function directoryElsewhere(
  home: string,
  identity: Identity | undefined,
  cleanup: AsyncDisposableStack,
): Promise<string> {
  const directory = `/tmp/pg-${randomBytes(6).toString('hex')}`
  const note = `${home}.elsewhere`
  cleanup.defer(() => rm(note, { force: true }))
  await writeFile(note, directory, { mode: 0o600 })
  cleanup.defer(() => rm(directory, { recursive: true, force: true }))
  await mkdir(directory, { mode: 0o700 })
  if (identity !== undefined) await chown(directory, identity.uid, identity.gid)
  return directory
}
