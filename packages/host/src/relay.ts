import { type ChildProcess, spawn } from 'node:child_process'
import { connect, createServer, type Socket } from 'node:net'

/** What a relay is told, as JSON in the first line of its standard input: nothing of it is on a command line. */
export interface RelayOrder {
  /** For `bash -c`. */
  readonly script: string
  readonly directory: string
  /** The whole environment of the script. */
  readonly environment: Readonly<Record<string, string>>
  /** Ports of 127.0.0.1 that lead out to sockets of this machine's file system. */
  readonly outwards: Readonly<Record<string, string>>
  /** Sockets of the file system that lead in to ports of 127.0.0.1. */
  readonly inwards: Readonly<Record<string, number>>
}

/**
 * The first process inside of a sandbox: it connects what a network namespace keeps apart, runs a script,
 * and ends as it ended. When its standard input ends, so does everything in the sandbox.
 */
export async function relay(): Promise<void> {
  const order = await readOrder()
  await Promise.all([
    ...Object.entries(order.outwards).map(([port, path]) =>
      listen(() => connect(path), { host: '127.0.0.1', port: Number(port) }),
    ),
    ...Object.entries(order.inwards).map(([path, port]) =>
      listen(() => connect(port, '127.0.0.1'), { path }),
    ),
  ])
  const child = spawn(
    '/bin/bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', order.script],
    {
      cwd: order.directory,
      env: { ...order.environment },
      // One stream, in the order in which it was written.
      stdio: ['ignore', 1, 1],
      detached: true,
    },
  )
  process.stdin.once('end', () => {
    end(child)
  })
  process.stdin.resume()
  child.once('error', (error) => {
    process.stdout.write(`${error.message}\n`, () => process.exit(127))
  })
  child.once('exit', (code) => {
    process.exit(code ?? 128)
  })
}

function end(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } finally {
    process.exit(137)
  }
}

async function readOrder(): Promise<RelayOrder> {
  let read = ''
  process.stdin.setEncoding('utf8')
  for await (const piece of process.stdin.iterator({ destroyOnReturn: false })) {
    read += String(piece)
    if (read.includes('\n')) break
  }
  return JSON.parse(read.slice(0, read.indexOf('\n'))) as RelayOrder
}

function listen(
  reach: () => Socket,
  at: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = reach()
    far.allowHalfOpen = true
    near.pipe(far).pipe(near)
    // A broken connection on one side is one on the other.
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(at, resolve)
  })
}
