import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { childProcesses, unprivilegedIdentity } from '@recovery-playbook/host'
import { isRoot, needs } from '../../../test/support/needs.ts'
import { newestServer } from '../../../test/support/postgres.ts'
import { openSession, startThrowaway } from '../src/index.ts'
import type { Command } from '@recovery-playbook/processes'

const processes = childProcesses()
const identity = unprivilegedIdentity()

async function installed() {
  const toolchain = await newestServer(processes)
  if (toolchain === undefined) throw new Error('no PostgreSQL server is installed')
  return toolchain
}

async function parent() {
  const directory = await mkdtemp(join(tmpdir(), 'parent-'))
  await promisify(execFile)('chmod', ['755', directory])
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

async function processesOf(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return lines.filter((line) => line.includes(directory))
}

test('a throwaway cluster leaves no file and no process', async () => {
  const toolchain = await installed()
  await using place = await parent()
  {
    await using cluster = await startThrowaway({
      toolchain,
      processes,
      parentDirectory: place.directory,
      identity,
    })
    await using session = await openSession(toolchain.psql, cluster.superuser, processes)
    expect(await session.query('SELECT current_setting($$fsync$$) AS fsync')).toEqual([
      { fsync: 'off' },
    ])
    expect((await stat(cluster.socketDirectory)).mode & 0o777).toBe(0o700)
    const [home = ''] = await readdir(place.directory)
    expect((await stat(join(place.directory, home))).mode & 0o777).toBe(0o700)
    expect(await readdir(join(place.directory, home))).not.toContain('password')
    expect(await processesOf(place.directory)).not.toEqual([])
  }
  expect(await readdir(place.directory)).toEqual([])
  expect(await processesOf(place.directory)).toEqual([])
})

test('a throwaway server is tuned for a restore, by the machine, and listens to no network', async () => {
  const toolchain = await installed()
  await using place = await parent()
  const order = { toolchain, processes, parentDirectory: place.directory, identity }
  await using cluster = await startThrowaway({
    ...order,
    machine: { memory: 4 * 1024 ** 3, cpus: 6 },
  })
  await using session = await openSession(toolchain.psql, cluster.superuser, processes)
  const settings = await session.query<{ name: string; value: string }>(
    "SELECT name, concat(setting, unit) AS value FROM pg_settings WHERE source = 'command line'",
  )
  expect(Object.fromEntries(settings.map(({ name, value }) => [name, value]))).toMatchObject({
    wal_level: 'minimal',
    max_wal_senders: '0',
    fsync: 'off',
    autovacuum: 'off',
    shared_buffers: '1310728kB',
    maintenance_work_mem: '262144kB',
    max_parallel_maintenance_workers: '5',
    listen_addresses: '',
  })
})

test('a cluster that does not start says why and leaves nothing', async () => {
  const toolchain = await installed()
  await using place = await parent()
  const order = { toolchain, processes, parentDirectory: place.directory, identity }
  await expect(
    startThrowaway({ ...order, settings: { shared_buffers: 'nonsense' } }),
  ).rejects.toMatchObject({
    code: 'CLUSTER_FAILED',
    message: expect.stringMatching(/shared_buffers/),
  })
  await expect(startThrowaway({ ...order, locale: 'xx_YY' })).rejects.toMatchObject({
    code: 'CLUSTER_FAILED',
    message: expect.stringMatching(/locale/),
  })
  expect(await readdir(place.directory)).toEqual([])
})

test('a parent directory with a long path gets a short socket', async () => {
  const toolchain = await installed()
  await using place = await parent()
  const parentDirectory = join(place.directory, 'x'.repeat(100))
  await mkdir(parentDirectory, { mode: 0o755 })
  let socketDirectory: string
  {
    await using cluster = await startThrowaway({ toolchain, processes, parentDirectory, identity })
    ;({ socketDirectory } = cluster)
    await using session = await openSession(toolchain.psql, cluster.superuser, processes)
    await session.execute('SELECT 1')
  }
  await expect(stat(socketDirectory)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('no password, no entrance', async () => {
  const toolchain = await installed()
  await using cluster = await startThrowaway({
    toolchain,
    processes,
    parentDirectory: tmpdir(),
    identity,
  })
  const { user } = cluster.superuser
  const wrong = cluster.connectionFor('postgres', user, 'wrong')
  await expect(openSession(toolchain.psql, wrong, processes)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
  })
})

test('a cancelled job leaves nothing when the cluster is disposed of', async () => {
  const toolchain = await installed()
  await using place = await parent()
  const job = new AbortController()
  {
    await using cluster = await startThrowaway({
      toolchain,
      processes: childProcesses(job.signal),
      parentDirectory: place.directory,
      identity,
    })
    await using session = await openSession(toolchain.psql, cluster.superuser, processes)
    await session.execute('SELECT 1')
    job.abort()
  }
  expect(await readdir(place.directory)).toEqual([])
  expect(await processesOf(place.directory)).toEqual([])
})

test('a server whose owner was killed while it began to start does not stay', async () => {
  const toolchain = await installed()
  await using place = await parent()
  const abandoning = {
    start(command: Command) {
      const child = processes.start(command)
      if (command.program === '/bin/sh') child.stdin.end()
      return child
    },
  }
  const order = { toolchain, parentDirectory: place.directory, identity }
  // It may be ready for a moment.
  const started = await startThrowaway({ ...order, processes: abandoning }).catch(() => undefined)
  for (let waited = 0; (await processesOf(place.directory)).length > 0; waited += 1) {
    if (waited > 100) throw new Error('it is still there after 10 s')
    await delay(100)
  }
  await started?.[Symbol.asyncDispose]()
})

const asRoot = needs(isRoot, 'only root can become somebody else, and give a directory to a group')

asRoot('an ordinary user needs no identity', async () => {
  const program = `
    const { childProcesses } = await import('@recovery-playbook/host')
    const { findToolchains, startThrowaway, openSession } = await import('@recovery-playbook/postgres')
    const processes = childProcesses()
    const [toolchain] = await findToolchains(processes, process.env.PATH)
    await using cluster = await startThrowaway({ toolchain, processes, parentDirectory: '/tmp' })
    await using session = await openSession(toolchain.psql, cluster.superuser, processes)
    console.log(process.getuid(), JSON.stringify(await session.query('SELECT 1 AS one')))`
  const { stdout } = await promisify(execFile)(
    'setpriv',
    [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      process.execPath,
      '--input-type=module',
      '-e',
      program,
    ],
    { cwd: join(import.meta.dirname, '../../host') },
  )
  expect(stdout.trim()).toBe('65534 [{"one":1}]')
})

asRoot('a guest of the socket group gets in, and nobody else does', async () => {
  const toolchain = await installed()
  await using cluster = await startThrowaway({
    toolchain,
    processes,
    parentDirectory: tmpdir(),
    identity,
    socketGroup: 60_001,
  })
  const guest = (gid: number) => ({
    start: (command: Command) => processes.start({ ...command, identity: { uid: 60_000, gid } }),
  })
  await using session = await openSession(toolchain.psql, cluster.superuser, guest(60_001))
  expect(await session.query('SELECT 1 AS one')).toEqual([{ one: 1 }])
  await expect(openSession(toolchain.psql, cluster.superuser, guest(60_002))).rejects.toMatchObject(
    { code: 'CONNECTION_FAILED' },
  )
})
