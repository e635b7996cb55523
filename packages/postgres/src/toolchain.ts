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
export const debianPackages = '/usr/lib/postgresql'

/** What `/usr/bin/pg_dump` is on Debian: it picks a major by itself, and not the newest. */
const wrapper = '/usr/share/postgresql-common/pg_wrapper'

/** What a toolchain is for: reading a database, or running a throwaway cluster as well. */
export type Need = 'client' | 'server'

/** 'newest' for asking a server which major it is. */
export type Wanted = number | 'newest'

/**
 * The installed toolchain of exactly this major: a dump is made and restored by the major's own
 * programs. `provideToolchain` installs one where there is none.
 *
 * @param searchPath directories separated by colons, as in PATH
 * @throws Failure TOOLCHAIN_MISSING naming what was found and the command that installs the rest
 */
export async function toolchainFor(
  major: number,
  processes: Processes,
  searchPath: string,
  need: Need,
): Promise<Toolchain> {
  const found = await findToolchains(processes, searchPath)
  const toolchain = found.find((one) => serves(one, major, need))
  if (toolchain === undefined) throw toolchainMissing({ major, need, found })
  return toolchain
}

export const serves = (one: Toolchain, major: Wanted, need: Need): boolean =>
  (major === 'newest' || one.major === major) &&
  (need === 'client' || (one.initdb !== undefined && one.postgres !== undefined))

/** @param because why it could not be provided either, as a sentence */
export function toolchainMissing({
  major,
  need,
  found,
  because = '',
}: {
  readonly major: Wanted
  readonly need: Need
  readonly found: readonly Toolchain[]
  readonly because?: string
}): Failure {
  const programs = need === 'client' ? 'pg_dump, pg_restore and psql' : 'initdb and postgres'
  const list = found.map((one) => described(one, major)).join(', ')
  return new Failure(
    'TOOLCHAIN_MISSING',
    `PostgreSQL${major === 'newest' ? '' : ` ${major}`} is needed here (${programs}); ` +
      `found: ${list || 'no PostgreSQL at all'}. ${because}`.trimEnd(),
    {
      hint:
        'Install it: sudo /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y && sudo ' +
        `apt-get install --yes ${packageOf(major, need)}`,
    },
  )
}

/** Debian's and PGDG's name of the package. */
export const packageOf = (major: Wanted, need: Need): string =>
  ['postgresql', need === 'client' && 'client', major !== 'newest' && major]
    .filter(Boolean)
    .join('-')

function described({ major, version, directory }: Toolchain, wanted: Wanted): string {
  if (wanted === 'newest' || major === wanted)
    return `${version} in ${directory} (its client alone)`
  // A newer pg_dump would read the server, but its archive is for its own pg_restore.
  return `${version} in ${directory} (${major < wanted ? 'too old' : 'too new'})`
}

/**
 * Every toolchain of this machine, newest first, Debian's packages before the search path; each
 * program was asked for its version.
 */
export async function findToolchains(
  processes: Processes,
  searchPath: string,
  packages: string = debianPackages,
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
  const programs = await Promise.all(names.map((name) => programAt(directory, name, processes)))
  const { version } = programs[0] ?? {}
  const [pgDump, pgRestore, psql, initdb, postgres, pgCtl] = programs.map((one) =>
    // What is of another version beside it belongs to another installation.
    one?.version === version ? one : undefined,
  )
  if (!version || !pgDump || !pgRestore || !psql) return undefined
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

async function programAt(directory: string, name: string, processes: Processes) {
  const path = join(directory, name)
  const real = await realpath(path).catch(() => undefined)
  if (real === undefined || real === wrapper) return undefined
  const command = { program: path, arguments: ['--version'], environment: childEnvironment }
  const { stdout } = await run(processes, command).catch(() => ({ stdout: '' }))
  const version = /^\w+ \(PostgreSQL\) (\d+\S*)/.exec(stdout)?.[1]
  return version === undefined ? undefined : { path, real, version }
}
