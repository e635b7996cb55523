import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Identity } from './command-files.ts'

export interface Child {
  readonly program: string
  readonly arguments: readonly string[]
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
  readonly identity?: Identity | undefined
  /** On abort the child is asked to end, then made to, as GitHub's runner does. */
  readonly signal?: AbortSignal | undefined
  readonly line: (line: string) => void
  readonly onStart?: ((pid: number) => void) | undefined
}

/** GitHub's runner: SIGINT, SIGTERM 7.5 seconds later, and all that is left killed 2.5 seconds later. */
const patience = { interrupt: 7500, terminate: 2500 }

/** Runs a program to its end, its output line by line. Returns the exit code, null after a signal. */
export async function runChild(order: Child): Promise<number | null> {
  const { signal, identity } = order
  const child = spawn(order.program, order.arguments, {
    cwd: order.directory,
    env: order.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that all of it can be killed.
    detached: true,
    ...identity,
  })
  const timers: NodeJS.Timeout[] = []
  const stop = () => {
    child.kill('SIGINT')
    const later = (milliseconds: number, work: () => void) =>
      timers.push(setTimeout(work, milliseconds))
    later(patience.interrupt, () => child.kill('SIGTERM'))
    later(patience.interrupt + patience.terminate, () => {
      killGroup(child.pid)
    })
  }
  if (signal?.aborted === true) stop()
  signal?.addEventListener('abort', stop)
  if (child.pid !== undefined) order.onStart?.(child.pid)
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', order.line)
  }
  try {
    return await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
  } finally {
    signal?.removeEventListener('abort', stop)
    for (const timer of timers) clearTimeout(timer)
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}
