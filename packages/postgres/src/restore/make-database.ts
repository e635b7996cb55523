import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from '../connection.ts'
import type { Installer } from '../pgdg.ts'
import { openSession } from '../session.ts'
import type { ThrowawayCluster } from '../throwaway.ts'
import { createDatabase } from './database.ts'
import { provideExtensions } from './extension-packages.ts'
import type { Prerequisites } from './prerequisites.ts'
import { makeRoles, type RestoreLogin } from './roles.ts'

/** Not the source's name: it may be `postgres`, which every cluster has already. */
const database = 'restored'

interface Making {
  readonly cluster: ThrowawayCluster
  readonly fingerprint: Prerequisites
  readonly processes: Processes
  readonly installer?: Installer | undefined
}

export interface MadeDatabase {
  readonly database: string
  readonly login: RestoreLogin
  readonly owner: Connection
  readonly superuser: Connection
  /** What was made and installed, in words. */
  readonly prepared: readonly string[]
}

/** An empty database of a throwaway cluster, with the roles of a dump and the packages of its extensions. */
export async function makeDatabase(order: Making): Promise<MadeDatabase> {
  const { cluster, fingerprint, processes, installer } = order
  const { psql, major } = cluster.toolchain
  await using maintenance = await openSession(psql, cluster.superuser, processes)
  const { extensions, server } = fingerprint
  const installed = await provideExtensions(maintenance, major, extensions, installer)
  const login = await makeRoles(maintenance, fingerprint)
  await createDatabase(maintenance, server, database, login.name)
  return {
    database,
    login,
    owner: cluster.connectionFor(database, login.name, login.password),
    superuser: cluster.connectionFor(database),
    prepared: preparedInWords(fingerprint, installed),
  }
}

const preparedInWords = ({ roles, extensions }: Prerequisites, installed: readonly string[]) => [
  ...(roles.length === 0 ? [] : [`${roles.length} roles without a login`]),
  ...extensions.map(({ name, version }) => `extension ${name} ${version}`.trimEnd()),
  ...installed.map((name) => `package ${name} installed`),
]
