import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import { otherMajor } from '../../../test/support/majors.ts'
import { needs } from '../../../test/support/needs.ts'
import { findToolchains, provideToolchain, type ToolchainOrder } from '../src/index.ts'

const fourteen = await otherMajor(14)
const seventeen = await otherMajor(17)
const eighteen = await otherMajor(18)
const all = fourteen !== undefined && seventeen !== undefined && eighteen !== undefined
const withMajors = needs(all, 'PostgreSQL 14, 17 and 18 come from PyPI')
const withDebian = needs(
  all && existsSync('/usr/bin/pg_conftool'),
  'PostgreSQL 17 comes from PyPI, and pg_conftool from Debian',
)

const client = ['pg_dump', 'pg_restore', 'psql']
const server = [...client, 'initdb', 'postgres', 'pg_ctl']

let machine: string
let packages: string
beforeEach(async () => {
  machine = await mkdtemp(join(tmpdir(), 'machine-'))
  packages = join(machine, 'packages')
  await mkdir(packages)
})
afterEach(() => rm(machine, { recursive: true, force: true }))

async function install(major: number, bin = '', programs = server, place = packages) {
  const directory = join(place, String(major), 'bin')
  await mkdir(directory, { recursive: true })
  for (const name of programs) await symlink(join(bin, name), join(directory, name))
  return directory
}

const order = (more: Partial<ToolchainOrder>): ToolchainOrder => ({
  ...{ processes: childProcesses(), packages, searchPath: '/nowhere', root: true },
  ...{ major: 17, need: 'client' },
  ...more,
})

/**
 * apt-get, sudo and PGDG's script as far as this suite sees them: each call is a line of `calls`, and
 * the package is "installed" by linking programs to where Debian's packages put them.
 */
async function debian(settings: { bin?: string; programs?: string[]; common?: boolean } = {}) {
  const { bin = seventeen ?? '', programs = client, common = true } = settings
  const places = join(machine, 'common')
  const searchPath = join(machine, 'bin')
  const calls = join(machine, 'calls')
  const script = join(places, 'apt.postgresql.org.sh')
  const clusterDefaults = join(places, 'createcluster.conf')
  const executable = async (path: string, body: string) => {
    await writeFile(path, `#!/bin/sh\necho "$(basename "$0") $*" >> '${calls}'\n${body}\n`)
    await chmod(path, 0o755)
  }
  for (const directory of [places, searchPath]) await mkdir(directory)
  await writeFile(calls, '')
  await writeFile(clusterDefaults, '#create_main_cluster = true\n')
  await executable(join(machine, 'script'), '')
  if (common) await copyFile(join(machine, 'script'), script)
  await executable(join(searchPath, 'sudo'), 'shift; exec "$@"')
  await executable(
    join(searchPath, 'apt-get'),
    `test "$DEBIAN_FRONTEND" = noninteractive || exit 9
case "$*" in
*postgresql-common*) cp '${machine}/script' '${script}' ;;
*install*postgresql-*)
  grep create_main_cluster '${clusterDefaults}' >> '${calls}'
  mkdir -p '${packages}/17/bin'
  for name in ${programs.join(' ')}; do ln -s "${bin}/$name" '${packages}/17/bin'; done ;;
esac`,
  )
  return {
    searchPath,
    places: { script, clusterDefaults },
    bin: searchPath,
    replace: (name: string, body: string) => executable(join(searchPath, name), body),
    calls: async () => (await readFile(calls, 'utf8')).replace(/ --option=\S+/g, '').split('\n'),
  }
}

withMajors(
  'the installed programs of exactly the major are taken, and nothing is run',
  async () => {
    const { calls, ...machine } = await debian()
    const directory = await install(17, seventeen)
    await install(18, eighteen)
    const { toolchain, reason } = await provideToolchain(order(machine))
    expect(toolchain).toMatchObject({ version: '17.11', pgDump: join(directory, 'pg_dump') })
    expect(reason).toBe(`PostgreSQL 17.11 in ${directory}: it is installed here.`)
    expect(await calls()).toEqual([''])
  },
)

withMajors('an older and a newer major alone are refused by name, with the remedy', async () => {
  await install(14, fourteen)
  const newer = await install(18, eighteen, server, machine)
  await expect(provideToolchain(order({ searchPath: newer }))).rejects.toMatchObject({
    code: 'TOOLCHAIN_MISSING',
    message: expect.stringMatching(
      /^PostgreSQL 17 is needed .*: 18\.6 in \S+ \(too new\), 14\.23 in \S+ \(too old\)\. .*no apt-get/,
    ),
    hint: expect.stringMatching(/apt\.postgresql\.org\.sh -y && .*postgresql-client-17$/),
  })
})

withMajors('a missing major is installed from PGDG, and found by the next call', async () => {
  const { calls, ...machine } = await debian()
  await install(14, fourteen)
  const { toolchain, reason } = await provideToolchain(order(machine))
  expect(toolchain).toMatchObject({ major: 17, directory: join(packages, '17', 'bin') })
  expect(reason).toMatch(/^PostgreSQL 17\.11 in .*: installed from PGDG, .* only 14\.23 in /)
  const once = [
    'apt.postgresql.org.sh -y',
    'apt-get --yes install --no-install-recommends postgresql-client-17',
    '#create_main_cluster = true',
    '',
  ]
  expect(await calls()).toEqual(once)
  expect((await provideToolchain(order(machine))).reason).toContain('it is installed here')
  expect(await calls()).toEqual(once)
})

withDebian(
  'an ordinary user installs through sudo, without being asked for a password',
  async () => {
    const { calls, ...machine } = await debian({ programs: server })
    await provideToolchain(order({ ...machine, root: false, need: 'server' }))
    const asRoot = 'sudo -n env DEBIAN_FRONTEND=noninteractive'
    expect((await calls()).filter((call) => call.startsWith('sudo'))).toEqual([
      `${asRoot} pg_conftool ${machine.places.clusterDefaults} set create_main_cluster false`,
      `${asRoot} ${machine.places.script} -y`,
      `${asRoot} apt-get --yes install --no-install-recommends postgresql-17`,
    ])
  },
)

withDebian("a server's package is installed for a restore, and makes no cluster", async () => {
  const { calls, ...machine } = await debian({ programs: server })
  await install(17, seventeen, client, join(machine.bin, '..', 'other'))
  const searchPath = `${machine.searchPath}:${join(machine.bin, '..', 'other', '17', 'bin')}`
  const { toolchain } = await provideToolchain(order({ ...machine, searchPath, need: 'server' }))
  expect(toolchain.initdb).toBe(join(packages, '17', 'bin', 'initdb'))
  expect((await calls()).slice(-3)).toEqual([
    'apt-get --yes install --no-install-recommends postgresql-17',
    'create_main_cluster = false',
    '',
  ])
})

withMajors('a machine without postgresql-common gets it first', async () => {
  const { calls, ...machine } = await debian({ common: false })
  await provideToolchain(order(machine))
  expect((await calls()).slice(0, 3)).toEqual([
    'apt-get --yes update',
    'apt-get --yes install --no-install-recommends postgresql-common ca-certificates',
    'apt.postgresql.org.sh -y',
  ])
})

withMajors('a machine without any client gets one to ask the server with', async () => {
  const { calls, ...machine } = await debian()
  const { toolchain } = await provideToolchain(order({ ...machine, major: 'newest' }))
  expect(toolchain.version).toBe('17.11')
  expect(await calls()).toContain('apt-get --yes install --no-install-recommends postgresql-client')
})

test.each([
  [
    'sudo',
    'echo "sudo: a password is required" >&2; exit 1',
    /'sudo -n env .*password is required/,
  ],
  ['apt-get', 'echo "E: Unable to locate package" >&2; exit 100', /code 100: E: Unable to locate/],
  ['apt-get', 'exit 0', /postgresql-client-17 was installed and did not bring them/],
])('%s that does "%s" is why there is no PostgreSQL', async (name, body, reason) => {
  const { replace, ...machine } = await debian()
  await replace(name, body)
  await expect(provideToolchain(order({ ...machine, root: false }))).rejects.toMatchObject({
    code: 'TOOLCHAIN_MISSING',
    message: expect.stringMatching(reason),
    hint: expect.stringContaining('postgresql-client-17'),
  })
})

test("Debian's pg_wrapper, which chooses a major by itself, is never taken", async () => {
  expect(await findToolchains(childProcesses(), '/usr/bin:/bin', packages)).toEqual([])
})

withMajors('programs of two majors in one directory are not taken for one toolchain', async () => {
  const directory = await install(17, seventeen, client)
  await symlink(join(eighteen ?? '', 'postgres'), join(directory, 'postgres'))
  const [found] = await findToolchains(childProcesses(), '', packages)
  expect(found).toMatchObject({ version: '17.11' })
  expect(found?.postgres).toBeUndefined()
})
