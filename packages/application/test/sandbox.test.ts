import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { httpThroughSocket, systemClock } from '@recovery-playbook/host'
import type { ScriptOrder } from '../src/sandbox.ts'
import { anyPlace, desk } from './stage.ts'

async function inside(
  script: string,
  more: Partial<ScriptOrder> = {},
  timeout = 20_000,
  secrets: string[] = [],
) {
  await using at = await desk()
  const place = await anyPlace(at.path, secrets)
  return await place.sandbox.run(
    { script, directory: at.path, environment: place.surroundings, ...more },
    timeout,
  )
}

test('a script that sees restored data reaches no network, and one that sets up does', async () => {
  const server = createServer((socket) => socket.end('reached'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const reach = `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`
  expect(await inside(reach, { reach: 'network' })).toMatchObject({ code: 0, output: 'reached' })
  expect(await inside(reach)).toMatchObject({ code: 1, output: expect.stringContaining('refused') })
  server.close()
})

test('a socket outside is a port inside', async () => {
  await using at = await desk()
  const path = join(at.path, 'database.sock')
  const server = createServer((socket) => socket.end('from outside')).listen(path)
  await new Promise((resolve) => server.once('listening', resolve))
  await chmod(path, 0o777)
  const answer = await inside('cat < /dev/tcp/127.0.0.1/5432', { outwards: { 5432: path } })
  expect(answer).toMatchObject({ code: 0, output: 'from outside' })
  server.close()
})

test('a port inside is a socket outside, and is gone with its script', async () => {
  await using at = await desk()
  const place = await anyPlace(at.path)
  const socket = join(at.path, 'web.sock')
  const script = 'echo hello > index.html; exec python3 -m http.server --bind 127.0.0.1 $PORT'
  const ask = () =>
    httpThroughSocket({
      socket,
      method: 'GET',
      path: '/',
      headers: { host: 'localhost' },
      timeout: 1000,
    })
  {
    await using running = place.sandbox.start({
      script,
      directory: at.path,
      environment: { ...place.surroundings, PORT: '8000' },
      inwards: { [socket]: 8000 },
    })
    let answer: Awaited<ReturnType<typeof ask>> | undefined
    for (let turn = 0; answer === undefined && turn < 100; turn += 1) {
      answer = await ask().catch(
        () =>
          new Promise<undefined>((resolve) =>
            setTimeout(() => {
              resolve(undefined)
            }, 100),
          ),
      )
    }
    expect(answer).toMatchObject({ status: 200, body: 'hello\n' })
    expect(running.output()).not.toContain('Traceback')
  }
  await expect(ask()).rejects.toThrow()
})

test('a script gets its own environment and nothing of the runner’s', async () => {
  process.env.CANARY_OF_THE_RUNNER = 'seen'
  const { output, code } = await inside('env; id -u; cat /proc/*/environ | tr "\\0" "\\n"', {
    environment: { PATH: '/usr/bin:/bin', OWN: 'kept' },
  })
  delete process.env.CANARY_OF_THE_RUNNER
  expect(code).toBe(0)
  expect(output).toContain('OWN=kept')
  expect(output).not.toContain('CANARY')
  expect(output.split('\n')).not.toContain('0')
})

test('a script that hangs is ended with everything that it started', async () => {
  const outcome = await inside('(sleep 300; echo late) & sleep 300', {}, 1500)
  expect(outcome).toMatchObject({ code: null, timedOut: true })
  expect(outcome.milliseconds).toBeLessThan(10_000)
})

test('a relay that does not end when it is told to is killed, and nobody waits for it', async () => {
  await using at = await desk()
  const deaf = { program: '/bin/sh', arguments: ['-c', 'exec sleep 300'] }
  const clock = {
    ...systemClock,
    sleep: (milliseconds: number, signal?: AbortSignal) =>
      systemClock.sleep(Math.min(milliseconds, 700), signal),
  }
  const place = await anyPlace(at.path, [], { relay: deaf, clock })
  const order = { script: 'true', directory: at.path, environment: place.surroundings }
  const outcome = await place.sandbox.run(order, 20_000)
  expect(outcome).toMatchObject({ code: null, timedOut: true })
  expect(outcome.milliseconds).toBeLessThan(5000)
})

test('a secret that a program prints is not shown, and what it prints is bounded', async () => {
  const { output } = await inside(
    'for i in $(seq 20000); do echo "a long line $i"; done; echo the-secret-itself',
    {},
    20_000,
    ['the-secret-itself'],
  )
  expect(output).toContain('a long line 20000\n***')
  expect(output.length).toBeLessThanOrEqual(64 * 1024)
})

test('a failing command in a pipe fails the script', async () => {
  expect(await inside('false | cat')).toMatchObject({ code: 1 })
  expect(await inside('no-such-program')).toMatchObject({ code: 127 })
})
