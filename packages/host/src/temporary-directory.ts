import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/** A private directory (mode 0700) that is gone when its scope ends. */
export async function temporaryDirectory(parent: string): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(parent, 'recovery-'))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}
