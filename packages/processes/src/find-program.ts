import { access, constants } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

/**
 * The first program of this name that can be executed.
 *
 * @param searchPath directories separated by colons, as in PATH; relative ones do not count
 */
export async function findProgram(searchPath: string, name: string): Promise<string | undefined> {
  for (const directory of searchPath.split(':').filter(isAbsolute)) {
    const path = join(directory, name)
    const runs = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return path
  }
  return undefined
}
