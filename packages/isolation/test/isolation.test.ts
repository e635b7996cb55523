import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { childProcesses, unprivilegedIdentity } from '@recovery-playbook/host'
import { type Processes, run } from '@recovery-playbook/processes'
import { isRoot, needs } from '../../../test/support/needs.ts'
import { findIsolation, type Isolation } from '../src/index.ts'

const processes = childProcesses()
const searchPath = process.env.PATH ?? ''
const asRoot = needs(isRoot, 'only root can become somebody else')

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isolation-'))
  await chmod(directory, 0o755)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

/** What a program under it says. */
const inside = async ({ wrap }: Isolation, script: string, by: Processes = processes) => {
  const identity = by === processes ? unprivilegedIdentity() : undefined
  return run(
    by,
    wrap({
      program: '/bin/bash',
      arguments: ['-c', script],
      environment: { PATH: '/usr/bin:/bin', CANARY: 'kept' },
      ...(identity && { identity }),
    }),
  )
}

/** Programs that are started by another user, who has no sudo unless it is in the directory. */
const nobody = { uid: 65_534, gid: 65_534 }
const asNobody: Processes = {
  start: (command) => processes.start({ ...command, identity: nobody, directory: '/' }),
}

/** A server of this machine, as the runner's own services are. */
async function listening() {
  const server = createServer((socket) => socket.end('reached'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]: () => server.close(),
  }
}

const ways: [string, () => Promise<[Isolation, Processes]>][] = [
  [
    'root',
    async () => [
      await findIsolation({ processes, searchPath, identity: unprivilegedIdentity() }),
      processes,
    ],
  ],
  [
    'an ordinary user, in a user namespace',
    async () => [
      await findIsolation({
        processes: asNobody,
        searchPath: '/usr/bin:/bin',
        identity: undefined,
      }),
      asNobody,
    ],
  ],
]

describe.each(ways)('isolated by %s', (_, find) => {
  asRoot('no network is reached, not even this machine’s own services', async () => {
    const [isolation, by] = await find()
    expect(isolation).toMatchObject({ isolated: true, inWords: expect.stringContaining('unshare') })
    using host = await listening()
    const reach = `exec 3<>/dev/tcp/127.0.0.1/${host.port} && cat <&3`
    const outside = await promisify(execFile)('bash', ['-c', reach])
    expect(outside.stdout).toBe('reached')
    expect(await inside(isolation, reach, by)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/Connection refused|unreachable/),
    })
  })

  asRoot('the sockets of this machine’s services are out of sight', async () => {
    const [isolation, by] = await find()
    const seen = await inside(isolation, 'ls -A /run; ls -A /var/run/', by)
    expect(seen).toMatchObject({ code: 0, stdout: '' })
  })

  asRoot('no secret of another process is seen, and no privilege is gained', async () => {
    const [isolation, by] = await find()
    const secrets = 'cat /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n" | grep -c SECRET; id -u'
    const child = processes.start({
      program: '/bin/sleep',
      arguments: ['20'],
      environment: { SECRET: 'x' },
      identity: unprivilegedIdentity() ?? nobody,
    })
    const { stdout } = await inside(isolation, secrets, by)
    child.kill('SIGKILL')
    expect(stdout.split('\n')[0]).toBe('0')
    expect(Number(stdout.split('\n')[1])).not.toBe(0)
  })

  asRoot('it gets its environment and its arguments, and its exit code is its own', async () => {
    const [isolation, by] = await find()
    const answer = await inside(isolation, 'printf "%s" "$CANARY it\'s"; exit 7', by)
    expect(answer).toMatchObject({ code: 7, stdout: "kept it's" })
  })
})

asRoot(
  'through sudo, as on GitHub’s runners: the same, and no value of the environment on a command line',
  async () => {
    // sudo asks for no password there, and keeps what --preserve-env names. As this one, which root lends.
    const sudo = join(directory, 'sudo')
    const calls = join(directory, 'calls')
    await writeFile(
      sudo,
      `#!/bin/bash\necho "$*" >> ${calls}\n[ "$1" = -n ] || exit 1\nshift 2\nexec "$@"\n`,
      { mode: 0o755 },
    )
    // Who calls it is asked for by `id`, and is nobody.
    const id = join(directory, 'id')
    await writeFile(id, '#!/bin/sh\necho 65534\n', { mode: 0o755 })
    const isolation = await findIsolation({
      processes,
      searchPath: `${directory}:${searchPath}`,
      identity: undefined,
    })
    expect(isolation.inWords).toContain('sudo unshare')
    const answer = await run(
      processes,
      isolation.wrap({
        program: '/bin/sh',
        arguments: ['-c', 'id -u; tail -n +3 /proc/net/dev | cut -d: -f1; echo $TOKEN'],
        environment: { PATH: '/usr/bin:/bin', TOKEN: 'a-secret-value' },
      }),
    )
    expect(answer.stdout.split(/\s+/).filter(Boolean)).toEqual(['65534', 'lo', 'a-secret-value'])
    const { stdout } = await promisify(execFile)('cat', [calls])
    expect(stdout).toContain('--preserve-env=PATH,TOKEN')
    expect(stdout).not.toContain('a-secret-value')
  },
)

test('a machine that isolates nothing is told, with the reason of each way', async () => {
  const refusing = join(directory, 'refusing')
  const unshare = `#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n`
  await promisify(execFile)('mkdir', ['-p', refusing])
  for (const [name, text] of Object.entries({
    unshare,
    sudo: '#!/bin/sh\necho no >&2; exit 1\n',
  })) {
    await writeFile(join(refusing, name), text, { mode: 0o755 })
  }
  const isolation = await findIsolation({
    processes,
    searchPath: `${refusing}:${searchPath}`,
    identity: undefined,
  })
  expect(isolation).toMatchObject({
    isolated: false,
    inWords: 'sudo unshare: no; unshare --user: unshare: unshare failed: Operation not permitted',
  })
  const command = { program: '/bin/true', arguments: [], environment: {} }
  expect(isolation.wrap(command)).toBe(command)
})

test('what only looks like isolation is not believed', async () => {
  const pretending = join(directory, 'pretending')
  await promisify(execFile)('mkdir', ['-p', pretending])
  // Runs what comes after the options, as it is.
  const script = '#!/bin/bash\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"\n'
  await writeFile(join(pretending, 'unshare'), script, { mode: 0o755 })
  const identity = unprivilegedIdentity()
  const isolation = await findIsolation({
    processes,
    searchPath: `${pretending}:${searchPath}`,
    identity,
  })
  expect(isolation).toMatchObject({ isolated: false, inWords: expect.stringContaining('it sees') })
})
