import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from '../connection.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { openSession } from '../session.ts'
import { identifier, literal } from '../sql.ts'

interface Giving {
  readonly psql: string
  readonly processes: Processes
  readonly settings: Fingerprint['unseen']['settings']
  /** Of the restored database, and no superuser: what only one may set, an ordinary owner never set. */
  readonly owner: Connection
}

/**
 * A dump without --create leaves `ALTER DATABASE … SET` behind: the application may rely on it.
 *
 * @returns what was not restored
 */
export async function giveSettings({ settings, owner, ...giving }: Giving): Promise<string[]> {
  const refused: string[] = []
  for (const { role, name, value } of settings) {
    const setting = role === '' ? `SET ${name}` : `role ${role}: SET ${name}`
    try {
      const values = valuesOf(name, value)
      if (role !== '' || !/^[\w.]+$/.test(name) || values === undefined) {
        throw new Error('not for the owner to give')
      }
      // One that is refused ends its session.
      await using session = await openSession(giving.psql, owner, giving.processes)
      await session.execute(
        `ALTER DATABASE ${identifier(owner.database)} SET ${name} = ${values.map(literal).join(', ')}`,
      )
    } catch {
      refused.push(`The setting was not restored: ${setting}`)
    }
  }
  return refused
}

/** Lists of names are stored as lists, already quoted (GUC_LIST_QUOTE in guc_tables.c). */
const valuesOf = (name: string, value: string): readonly string[] | undefined =>
  /^(search_path|temp_tablespaces|(local|session)_preload_libraries)$/i.test(name)
    ? namesIn(value)
    : [value]

/**
 * A list of names taken apart as PostgreSQL does (SplitIdentifierString in varlena.c): `"$user", public`.
 * The stored text may be any: `set_config` asks for no list.
 *
 * @returns undefined for what is no list
 */
export function namesIn(list: string): string[] | undefined {
  const rest = list.replace(/^\s+|\s+$/g, '')
  if (rest === '') return ['']
  const names: string[] = []
  const name = /\s*(?:"((?:[^"]|"")*)"|([^\s,"][^\s,]*))\s*(?:,(?=[^])|$)/y
  while (name.lastIndex < rest.length) {
    const found = name.exec(rest)
    if (found === null) return undefined
    const [, quoted, plain = ''] = found
    names.push(quoted?.replaceAll('""', '"') ?? asciiLower(plain))
  }
  return names
}

const asciiLower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
