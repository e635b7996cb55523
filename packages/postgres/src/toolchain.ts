import { readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { childEnvironment, type Processes, run } from '@recovery-playbook/processes'

/** One installation of PostgreSQL's programs, all of the same version; absolute paths. */
export interface Toolchain {
  readonly major: number
  /** As `pg_dump --version` gives it: '15.18', or '18beta1'. */
  readonly version: string
  readonly directory: string
  readonly pgDump: string
  readonly pgRestore: string
  readonly psql: string
  /** The server's programs, where they are installed. */
  readonly initdb?: string
  readonly postgres?: string
  readonly pgCtl?: string
}

/** Where Debian's and Ubuntu's packages put each major: …/<major>/bin. */
const packages = '/usr/lib/postgresql'

/** What `/usr/bin/pg_dump` is on Debian: it picks a major by itself, and not the newest. */
const wrapper = '/usr/share/postgresql-common/pg_wrapper'

/**
 * The toolchain of exactly this major: a dump is made and restored by the major's own programs.
 *
 * @param searchPath directories separated by colons, as in PATH
 * @throws Failure TOOLCHAIN_MISSING naming what was found and the command that installs the rest
 */
export async function toolchainFor(
  major: number,
  processes: Processes,
  searchPath: string,
  need: 'client' | 'server',
): Promise<Toolchain> {
  const found = await findToolchains(processes, searchPath)
  const toolchain = found.find(
    (one) => one.major === major && (need === 'client' || (one.initdb && one.postgres)),
  )
  if (toolchain !== undefined) return toolchain
  const programs = need === 'client' ? 'pg_dump, pg_restore and psql' : 'initdb and postgres'
  const list = found.map(({ version, directory }) => `${version} in ${directory}`).join(', ')
  throw new Failure(
    'TOOLCHAIN_MISSING',
    `PostgreSQL ${major} is needed here (${programs}); found: ${list || 'no PostgreSQL at all'}.`,
    {
      hint:
        'Install it: sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && sudo ' +
        `apt-get install --yes postgresql-${need === 'client' ? 'client-' : ''}${major}`,
    },
  )
}

/** Every toolchain of this machine, newest first; each was asked for its version. */
export async function findToolchains(
  processes: Processes,
  searchPath: string,
): Promise<Toolchain[]> {
  const majors = await readdir(packages).catch((): string[] => [])
  const directories = new Set([
    ...majors.map((major) => join(packages, major, 'bin')),
    ...searchPath.split(':').filter((directory) => directory.startsWith('/')),
  ])
  const found = await Promise.all(
    [...directories].map((directory) => toolchainIn(directory, processes)),
  )
  // The same installation may be reached by several names.
  const distinct = new Map<string, Toolchain>()
  for (const { real, toolchain } of found.filter((one) => one !== undefined)) {
    if (!distinct.has(real)) distinct.set(real, toolchain)
  }
  return [...distinct.values()].sort((a, b) =>
    b.version.localeCompare(a.version, 'en', { numeric: true }),
  )
}

async function toolchainIn(directory: string, processes: Processes) {
  const names = ['pg_dump', 'pg_restore', 'psql', 'initdb', 'postgres', 'pg_ctl']
  const [pgDump, pgRestore, psql, initdb, postgres, pgCtl] = await Promise.all(
    names.map((name) => programAt(join(directory, name))),
  )
  if (pgDump === undefined || pgRestore === undefined || psql === undefined) return undefined
  const version = await versionOf(pgDump.path, processes)
  if (version === undefined) return undefined
  const toolchain: Toolchain = {
    major: Number.parseInt(version),
    version,
    directory,
    pgDump: pgDump.path,
    pgRestore: pgRestore.path,
    psql: psql.path,
    ...(initdb && { initdb: initdb.path }),
    ...(postgres && { postgres: postgres.path }),
    ...(pgCtl && { pgCtl: pgCtl.path }),
  }
  return { real: pgDump.real, toolchain }
}

async function programAt(path: string) {
  const real = await realpath(path).catch(() => undefined)
  return real === undefined || real === wrapper ? undefined : { path, real }
}

async function versionOf(pgDump: string, processes: Processes): Promise<string | undefined> {
  const command = { program: pgDump, arguments: ['--version'], environment: childEnvironment }
  const { stdout } = await run(processes, command).catch(() => ({ stdout: '' }))
  return /^pg_dump \(PostgreSQL\) (\d+\S*)/.exec(stdout)?.[1]
}
