import { readdir } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { setTimeout as after } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { isRoot, needs } from '../../../test/support/needs.ts'
import { childProcesses, unprivilegedIdentity } from '../src/index.ts'

const processes = childProcesses()
const shell = (script: string, environment: Record<string, string> = {}) => ({
  program: '/bin/bash',
  arguments: ['--norc', '-c', script],
  environment,
})

test('no secret of the job reaches a child: it gets exactly the environment that it is given', async () => {
  process.env.INPUT_PASSPHRASE = 'canary'
  try {
    const child = processes.start({
      program: '/usr/bin/env',
      arguments: ['-0'],
      environment: { PGUSER: 'app', EMPTY: '' },
    })
    child.stdin.end()
    expect((await text(child.stdout)).split('\0').filter(Boolean).sort()).toEqual([
      'EMPTY=',
      'PGUSER=app',
    ])
  } finally {
    delete process.env.INPUT_PASSPHRASE
  }
})

test('arguments reach a child as they are: no shell reads them', async () => {
  const hostile = ['$(touch pwned)', '; exit 1', '* "\'', '']
  const child = processes.start({
    program: '/usr/bin/printf',
    arguments: ['%s\\0', ...hostile],
    environment: {},
  })
  expect((await text(child.stdout)).split('\0').slice(0, -1)).toEqual(hostile)
})

test('an exit code and the signal that ended a child are told apart', async () => {
  expect(await processes.start(shell('echo why >&2; exit 3')).ending).toEqual({
    code: 3,
    signal: null,
    stderr: 'why\n',
  })
  const killed = processes.start(shell('exec sleep 60'))
  killed.kill('SIGKILL')
  expect(await killed.ending).toMatchObject({ code: null, signal: 'SIGKILL' })
})

test('a dump that nobody reads fast enough waits in the pipe and not in our memory', async () => {
  const child = processes.start(shell('head -c 300000000 /dev/zero'))
  const ended = Symbol('ended')
  child.stdout.pause()
  await after(500)
  const state = await Promise.race([child.ending.then(() => ended), after(0, 'waiting')])
  expect(state).toBe('waiting')
  expect(child.stdout.readableLength).toBeLessThan(1_000_000)
  let bytes = 0
  for await (const piece of child.stdout) bytes += (piece as Buffer).length
  expect(bytes).toBe(300_000_000)
  expect(await child.ending).toMatchObject({ code: 0 })
})

test('a child that complains without end fills no memory: the last 64 KiB are kept', async () => {
  const child = processes.start(shell('yes "a complaint" | head -c 20000000 >&2; echo last >&2'))
  child.stdout.resume()
  const { stderr } = await child.ending
  expect(stderr).toHaveLength(64 * 1024)
  expect(stderr.endsWith('last\n')).toBe(true)
})

test('a child that ends before it has read everything fails by its exit code and not by EPIPE', async () => {
  const child = processes.start(shell('exit 4'))
  child.stdout.resume()
  child.stdin.write(Buffer.alloc(1_000_000))
  expect(await child.ending).toMatchObject({ code: 4 })
})

test.each([
  ['a program', { program: '/nowhere/pg_dump' }],
  ['a working directory', { directory: '/nowhere' }],
])('%s that is not there is an error that names the program, and no crash', async (_, wrong) => {
  const { ending } = processes.start({ ...shell('true'), ...wrong })
  await expect(ending).rejects.toMatchObject({
    code: 'ENOENT',
    message: expect.stringContaining(('program' in wrong && wrong.program) || '/bin/bash'),
  })
})

test('a cancelled job ends its children, and starts no more', async () => {
  const stop = new AbortController()
  const stoppable = childProcesses(stop.signal)
  const children = [1, 2].map(() => stoppable.start(shell('exec sleep 60')))
  await after(50)
  stop.abort()
  for (const { ending } of children) expect(await ending).toMatchObject({ signal: 'SIGTERM' })
  const late = stoppable.start(shell('exec sleep 60'))
  const outcome = await late.ending.catch((error: unknown) => error)
  expect(outcome).not.toMatchObject({ code: 0 })
})

const onlyRoot = needs(isRoot, 'only root can become somebody else')
onlyRoot(
  'PostgreSQL, which refuses root, runs as somebody without any power (skipped: only root can do that)',
  async () => {
    const identity = unprivilegedIdentity()
    expect(identity?.uid).toBeGreaterThan(0)
    const child = processes.start({ ...shell('id -u; id -g'), ...(identity && { identity }) })
    expect(await text(child.stdout)).toBe(`${identity?.uid ?? ''}\n${identity?.gid ?? ''}\n`)
    const forbidden = processes.start({
      ...shell('echo x > /etc/recovery-playbook-test'),
      ...(identity && { identity }),
    })
    expect((await forbidden.ending).code).not.toBe(0)
    expect(await readdir('/etc')).not.toContain('recovery-playbook-test')
  },
)

test('an ordinary user runs PostgreSQL as itself, and asks for no sudo', () => {
  expect(unprivilegedIdentity() === undefined).toBe(!isRoot)
})
