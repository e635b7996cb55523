import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'

const root = '/usr/lib/postgresql'

/** Where PGDG's and Debian's packages put a server, newest major first. */
export const installedMajors = (): number[] =>
  !existsSync(root)
    ? []
    : readdirSync(root)
        .map(Number)
        .filter((major) => existsSync(`${root}/${major}/bin/initdb`))
        .sort((a, b) => b - a)

/**
 * Installs PostgreSQL's server and the programs of a recovery by hand where they are missing and this
 * machine lets us; says what to install where it does not.
 *
 * @throws Error that names the packages
 */
export function ensurePostgres(say: (line: string) => void): void {
  const packages = missingPackages()
  if (packages.length === 0) return
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const command = (...words: string[]) => [...asRoot, ...words]
  const canInstall = succeeds(command('true')) && succeeds(['apt-get', '--version'])
  if (!canInstall) {
    throw new Error(
      `Missing here: ${packages.join(', ')}. Install them first (on Debian or Ubuntu: sudo apt-get install ${packages.join(' ')}).`,
    )
  }
  say(`Installing ${packages.join(', ')} with apt-get …`)
  if (packages.includes('postgresql')) forbidMainCluster(command)
  run(command('apt-get', 'update', '-qq'))
  run(
    command(
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      'install',
      '-y',
      '-qq',
      '--no-install-recommends',
      ...packages,
    ),
  )
}

function missingPackages(): string[] {
  const wanted: [string, boolean][] = [
    ['postgresql', installedMajors().length > 0],
    ['gnupg', succeeds(['gpg', '--version'])],
    ['zstd', succeeds(['zstd', '--version'])],
    ['git', succeeds(['git', '--version'])],
    ['curl', succeeds(['curl', '--version'])],
  ]
  return wanted.filter(([, isThere]) => !isThere).map(([name]) => name)
}

/** Debian's package would make a cluster and start it on port 5432; nobody asked for that. */
function forbidMainCluster(command: (...words: string[]) => string[]): void {
  const directory = '/etc/postgresql-common/createcluster.d'
  const setting = 'create_main_cluster = false'
  run(command('mkdir', '-p', directory))
  run(command('sh', '-c', `echo '${setting}' > ${directory}/no-main-cluster.conf`))
}

function run([program = '', ...words]: string[]): void {
  const { status } = spawnSync(program, words, { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0)
    throw new Error(`${[program, ...words].join(' ')} failed (${status ?? 'killed'})`)
}

const succeeds = ([program = '', ...words]: string[]) =>
  spawnSync(program, words, { stdio: 'ignore' }).status === 0
