import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { childEnvironment, endingInWords, type Processes, run } from '@recovery-playbook/processes'
import type { Need } from './toolchain.ts'

/** What installs packages on this machine. */
export interface Installer {
  readonly processes: Processes
  /** Directories separated by colons, as in PATH: `apt-get` and `sudo` are looked for there. */
  readonly searchPath: string
  /** Whether this process is root's; otherwise `sudo -n` has to be allowed. */
  readonly root: boolean
  readonly places?: DebianPlaces
}

/** Files of the package postgresql-common. */
interface DebianPlaces {
  /** The script that adds PGDG's repository (https://wiki.postgresql.org/wiki/Apt). */
  readonly script: string
  /** Whether the package of a server makes and starts a cluster. */
  readonly clusterDefaults: string
}

const postgresqlCommon: DebianPlaces = {
  script: '/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh',
  clusterDefaults: '/etc/postgresql-common/createcluster.conf',
}

const aptGet = [
  'apt-get',
  '--yes',
  // A runner's own updates may hold dpkg for a while after it booted.
  '--option=DPkg::Lock::Timeout=120',
  '--option=Acquire::Retries=3',
  // createcluster.conf is changed below: dpkg would ask about it when postgresql-common is upgraded.
  '--option=DPkg::Options::=--force-confold',
]

/**
 * Installs a package from PGDG's repository by the script of postgresql-common. Once a server's was
 * asked for, no package makes a cluster here any more: another PostgreSQL must not start beside the job.
 *
 * @returns why it could not be installed, as a sentence; undefined when it is
 */
export async function installFromPgdg(
  name: string,
  need: Need,
  installer: Installer,
): Promise<string | undefined> {
  const { script, clusterDefaults } = installer.places ?? postgresqlCommon
  const missing = await missingProgram(installer)
  if (missing !== undefined) return missing
  const steps = [
    ...((await isExecutable(script))
      ? []
      : [
          [...aptGet, 'update'],
          [...aptGet, 'install', '--no-install-recommends', 'postgresql-common', 'ca-certificates'],
        ]),
    ...(need === 'server'
      ? [['pg_conftool', clusterDefaults, 'set', 'create_main_cluster', 'false']]
      : []),
    [script, '-y'],
    [...aptGet, 'install', '--no-install-recommends', name],
  ]
  for (const step of steps) {
    const failed = await failureOf(step, installer)
    if (failed !== undefined) return failed
  }
  return undefined
}

/**
 * Installs an extension for a server that is there already: from the repositories that this machine
 * knows, and from PGDG's where they do not have it.
 *
 * @returns as `installFromPgdg`
 */
export async function installExtensionPackage(
  name: string,
  installer: Installer,
): Promise<string | undefined> {
  const missing = await missingProgram(installer)
  if (missing !== undefined) return missing
  const install = [...aptGet, 'install', '--no-install-recommends', '--no-remove', name]
  if ((await failureOf(install, installer)) === undefined) return undefined
  // A runner's lists of packages are as old as its image.
  const updated = await failureOf([...aptGet, 'update'], installer)
  if (updated === undefined && (await failureOf(install, installer)) === undefined) return undefined
  return installFromPgdg(name, 'server', installer)
}

async function missingProgram({ searchPath, root }: Installer): Promise<string | undefined> {
  if ((await programIn(searchPath, 'apt-get')) === undefined) {
    return 'It can be installed on Debian and Ubuntu alone: there is no apt-get here.'
  }
  if (!root && (await programIn(searchPath, 'sudo')) === undefined) {
    return 'It cannot be installed: this user is not root, and there is no sudo.'
  }
  return undefined
}

async function failureOf(
  step: readonly string[],
  { processes, searchPath, root }: Installer,
): Promise<string | undefined> {
  // dpkg calls programs of the administrator's directories.
  const PATH = `${searchPath}:/usr/sbin:/usr/bin:/sbin:/bin`
  // sudo hands no variable on.
  const words = [...(root ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive', ...step]
  const program = await programIn(PATH, words[0] ?? '')
  if (program === undefined) return `There is no ${words[0] ?? ''} here.`
  const environment = { ...childEnvironment, PATH }
  const answer = await run(processes, { program, arguments: words.slice(1), environment })
  if (answer.code === 0) return undefined
  const said = (answer.stderr.trim() || answer.stdout.trim()).slice(-1000)
  return `'${words.join(' ')}' ended with ${endingInWords(answer)}: ${said || 'no message'}`
}

async function programIn(searchPath: string, name: string): Promise<string | undefined> {
  for (const directory of searchPath.split(':')) {
    const path = join(directory, name)
    if (directory.startsWith('/') && (await isExecutable(path))) return path
  }
  return undefined
}

const isExecutable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
