import { access, constants } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'

export type Programs<Name extends string> = Readonly<Record<Name, string | undefined>>

/** Where programs are, by a search path and the places where the system keeps them. */
export async function programsIn<Name extends string>(
  searchPath: string,
  names: readonly Name[],
): Promise<Programs<Name>> {
  const directories = [...searchPath.split(':').filter(isAbsolute), '/usr/bin', '/bin', '/usr/sbin']
  const found = names.map(async (name) => {
    for (const directory of directories) {
      const path = join(directory, name)
      const runs = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
      if (runs) return [name, path] as const
    }
    return [name, undefined] as const
  })
  return Object.fromEntries(await Promise.all(found)) as Programs<Name>
}
