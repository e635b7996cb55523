import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/** Runs one line of bash; every program of a pipeline has to succeed. */
export type Shell = (line: string, environment?: Readonly<Record<string, string>>) => Promise<void>

/**
 * The variants that a person would type are lines of bash, so that no byte of theirs goes through
 * node.
 *
 * @param signal ends the line, with all its programs
 */
export function shellIn(
  directory: string,
  common: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Shell {
  return async (line, environment = {}) => {
    signal.throwIfAborted()
    const child = spawn('bash', ['-c', `set -euo pipefail; ${line}`], {
      cwd: directory,
      env: { ...common, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A process group of its own: killing bash alone would leave its pipeline behind.
      detached: true,
    })
    const end = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    }
    signal.addEventListener('abort', end)
    try {
      const ending = new Promise<number | null>((resolve, reject) => {
        child.once('error', reject)
        child.once('close', resolve)
      })
      const [said, code] = await Promise.all([text(child.stderr), ending])
      signal.throwIfAborted()
      if (code !== 0) throw new Error(`${line}\nended with ${code ?? 'a signal'}: ${said}`)
    } finally {
      signal.removeEventListener('abort', end)
    }
  }
}
