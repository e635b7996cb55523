import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

interface Announced {
  readonly apiUrl: string
  readonly token: string
  readonly repository: string
  readonly gitDirectory: string
}

/**
 * The local GitHub, in a process of its own as GitHub is elsewhere, and out of reach of the terminal's
 * Ctrl-C: an action that is cancelled still has to clear away what it left there.
 */
export async function startGithub(directory: string): Promise<Announced & AsyncDisposable> {
  const program = join(import.meta.dirname, '../../packages/local-github/src/cli.ts')
  const child = spawn(process.execPath, [program, '--dir', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const lines = createInterface({ input: child.stdout })
  const announced = await Promise.race([once(lines, 'line'), ended(child)])
  if (announced === undefined) throw new Error('the local GitHub ended before it was ready')
  return {
    ...(JSON.parse(String(announced[0])) as Announced),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended(child)
    },
  }
}

async function ended(child: ChildProcess): Promise<undefined> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
