import { chmod, lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentOwner, isGone, ownerIn, ownerName } from './directory-owner.ts'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

const prefix = 'recovery-'

/**
 * A directory that only we can list and that is gone when its scope ends. As root we let others pass
 * through it (0711): PostgreSQL then runs as another user, in a private directory of its own inside.
 * What a process that was killed has left here is removed first.
 */
export async function temporaryDirectory(parent: string): Promise<TemporaryDirectory> {
  const owner = await currentOwner()
  await sweep(parent)
  const path = await mkdtemp(join(parent, prefix))
  if (process.getuid?.() === 0) await chmod(path, 0o711)
  // On a full disk an export still works, and nobody sweeps what it would leave if it were killed.
  await writeFile(join(path, ownerName), JSON.stringify(owner), { mode: 0o600 }).catch(
    () => undefined,
  )
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** Only what is surely ours, and surely nobody's any more. */
async function sweep(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue
    const path = join(parent, name)
    const owner = ownerIn(await readFile(join(path, ownerName), 'utf8').catch(() => ''))
    if (owner === undefined || !(await isGone(owner))) continue
    for (const elsewhere of await notedIn(path)) await removed(elsewhere)
    await removed(path)
  }
}

// Somebody else's, or another run sweeps it: it is in nobody's way.
const removed = (path: string) => rm(path, { recursive: true, force: true }).catch(() => undefined)

/** Directories of sockets, whose paths are short: a throwaway cluster notes its own beside its home. */
async function notedIn(path: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await readdir(path).catch(() => [])) {
    if (!name.endsWith('.elsewhere')) continue
    const noted = await readFile(join(path, name), 'utf8').catch(() => '')
    if (!/^\/tmp\/pg-[0-9a-f]{12}$/.test(noted)) continue
    const entry = await lstat(noted).catch(() => undefined)
    if (entry?.isDirectory() === true) found.push(noted)
  }
  return found
}
