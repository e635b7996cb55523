import { findProgram } from '@recovery-playbook/processes'

export type Programs<Name extends string> = Readonly<Record<Name, string | undefined>>

/** Where programs are, by a search path and the places where the system keeps them. */
export async function programsIn<Name extends string>(
  searchPath: string,
  names: readonly Name[],
): Promise<Programs<Name>> {
  const everywhere = `${searchPath}:/usr/bin:/bin:/usr/sbin`
  const found = names.map(async (name) => [name, await findProgram(everywhere, name)] as const)
  return Object.fromEntries(await Promise.all(found)) as Programs<Name>
}
