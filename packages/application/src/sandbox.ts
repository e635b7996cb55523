import type { Isolation, Reach } from '@recovery-playbook/isolation'
import { childEnvironment, type Identity, type Processes } from '@recovery-playbook/processes'
import { lastOf } from './last-output.ts'

export type Variables = Readonly<Record<string, string>>

/** The program that is the first one inside of a sandbox, and its arguments: host's `relay`. */
export interface RelayProgram {
  readonly program: string
  readonly arguments: readonly string[]
}

export interface SandboxOrder {
  readonly processes: Processes
  readonly isolation: Isolation
  readonly identity: Identity | undefined
  readonly relay: RelayProgram
  /** Milliseconds; an own clock, so that tests need not wait. */
  readonly clock: {
    sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
    now(): Date
  }
  /** Texts that must not be shown, wherever a program prints them. */
  readonly secrets: readonly string[]
}

export interface ScriptOrder {
  /** For `bash -c`. */
  readonly script: string
  readonly directory: string
  readonly environment: Variables
  readonly reach?: Reach
  /** Ports of 127.0.0.1 inside, and the sockets outside to which they lead. */
  readonly outwards?: Variables
  /** Sockets outside, and the ports of 127.0.0.1 inside to which they lead. */
  readonly inwards?: Readonly<Record<string, number>>
}

export interface Outcome {
  /** Null where it was ended for its time, or by a signal. */
  readonly code: number | null
  readonly timedOut: boolean
  /** The last of what it printed, secrets masked. */
  readonly output: string
  readonly milliseconds: number
}

/** A script that goes on. Everything that it started ends with it. */
export interface RunningScript extends AsyncDisposable {
  readonly ending: Promise<Outcome>
  output(): string
}

/**
 * Runs what belongs to the application: never with the runner's environment, powers or sight of other
 * processes, and beside the database of the drill it reaches nothing.
 */
export interface Sandbox {
  /** @param timeout milliseconds */
  run(order: ScriptOrder, timeout: number): Promise<Outcome>
  start(order: ScriptOrder): RunningScript
}

/** Milliseconds that the relay may take to end everything: it is killed then, and its namespaces with it. */
const patience = 10_000

export function sandbox({
  processes,
  isolation,
  identity,
  relay,
  clock,
  secrets,
}: SandboxOrder): Sandbox {
  function start(order: ScriptOrder): RunningScript {
    const began = clock.now().getTime()
    const { script, directory, environment, reach, outwards = {}, inwards = {} } = order
    const child = processes.start(
      isolation.wrap(
        {
          ...relay,
          environment: childEnvironment,
          directory,
          ...(identity && { identity }),
        },
        reach,
      ),
    )
    child.stdin.write(`${JSON.stringify({ script, directory, environment, outwards, inwards })}\n`)
    const printed = lastOf(child.stdout, secrets)
    const ending = child.ending.then(({ code, stderr }) => ({
      code,
      timedOut: false,
      // Of unshare, setpriv or sudo: the script itself has one stream.
      output: printed() || masked(stderr, secrets),
      milliseconds: clock.now().getTime() - began,
    }))
    return {
      ending,
      output: printed,
      async [Symbol.asyncDispose]() {
        child.stdin.end()
        const ended = ending.catch(() => undefined)
        if ((await inTime(ended)) !== 'late') return
        child.kill('SIGKILL')
        await inTime(ended)
      },
    }
  }

  async function inTime(ended: Promise<unknown>): Promise<unknown> {
    const over = new AbortController()
    const late = clock.sleep(patience, over.signal).then(
      () => 'late' as const,
      () => undefined,
    )
    return Promise.race([ended, late]).finally(() => {
      over.abort()
    })
  }

  async function run(order: ScriptOrder, timeout: number): Promise<Outcome> {
    const began = clock.now().getTime()
    const running = start(order)
    const over = new AbortController()
    const late = clock.sleep(timeout, over.signal).then(() => 'late' as const)
    const first = await Promise.race([running.ending, late.catch(() => running.ending)]).finally(
      () => {
        over.abort()
      },
    )
    if (first !== 'late') return first
    await running[Symbol.asyncDispose]()
    const milliseconds = clock.now().getTime() - began
    return { code: null, timedOut: true, output: running.output(), milliseconds }
  }

  return { run, start }
}

export const masked = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= 4)
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, '***'), text)
