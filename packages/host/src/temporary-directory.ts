import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/**
 * A directory that only we can list and that is gone when its scope ends. As root we let others pass
 * through it (0711): PostgreSQL then runs as another user, in a private directory of its own inside.
 */
export async function temporaryDirectory(parent: string): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(parent, 'recovery-'))
  if (process.getuid?.() === 0) await chmod(path, 0o711)
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
