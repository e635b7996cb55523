import { existsSync, readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { exec, getExecOutput } from '@actions/exec'

const packaged = '/usr/lib/postgresql'

/** Debian's package would make a cluster and start it on port 5432; nobody asked for that. */
const noMainCluster = '/etc/postgresql-common/createcluster.d/no-main-cluster.conf'

/**
 * Installs PostgreSQL's server and the programs of a recovery by hand where they are missing and this
 * machine lets us; says what to install where it does not. Starts no server.
 *
 * @param more packages that are missing besides
 * @throws Error that names the packages and the command
 */
export async function ensurePostgres(
  say: (line: string) => void,
  more: readonly string[] = [],
): Promise<void> {
  const packages = [...(await missingPackages()), ...more]
  if (packages.length === 0) return
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n']
  const root = (...words: string[]) => exec('env', [...asRoot, ...words])
  if (!(await works('apt-get', '--version')) || !(await works('env', ...asRoot, 'true'))) {
    throw new Error(
      `Missing here: ${packages.join(', ')}. Install them and start again; on Debian and Ubuntu:\n` +
        `  echo 'create_main_cluster = false' | sudo install -D /dev/stdin ${noMainCluster}\n` +
        `  sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`,
    )
  }
  say(`Installing ${packages.join(', ')} with apt-get; no server is started.`)
  await root('mkdir', '-p', dirname(noMainCluster))
  await exec('env', [...asRoot, 'tee', noMainCluster], {
    input: Buffer.from('create_main_cluster = false\n'),
  })
  await root('apt-get', 'update', '--quiet=2')
  await root(
    ...['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '--yes', '--quiet=2'],
    ...['--no-install-recommends', ...packages],
  )
}

async function missingPackages(): Promise<string[]> {
  const programs = { gnupg: 'gpg', zstd: 'zstd', git: 'git', curl: 'curl' }
  const missing = hasServer() ? [] : ['postgresql', 'postgresql-contrib']
  for (const [name, program] of Object.entries(programs)) {
    if (!(await works(program, '--version'))) missing.push(name)
  }
  return missing
}

const hasServer = () =>
  existsSync(packaged) &&
  readdirSync(packaged).some((major) => existsSync(`${packaged}/${major}/bin/initdb`))

export const works = (program: string, ...words: string[]) =>
  getExecOutput('env', [program, ...words], { silent: true, ignoreReturnCode: true }).then(
    ({ exitCode }) => exitCode === 0,
    () => false,
  )
