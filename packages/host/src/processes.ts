import { spawn } from 'node:child_process'
import type { Command, Ending, Processes, Running } from '@recovery-playbook/postgres'

const keptStderr = 64 * 1024

/**
 * Child processes with streams and backpressure. A child gets exactly the environment it is given:
 * none of the runner's tokens, inputs or keys.
 *
 * @param stopped children started by this object are ended when it fires (a cancelled job)
 */
export function childProcesses(stopped?: AbortSignal): Processes {
  return { start: (command) => start(command, stopped) }
}

function start(command: Command, stopped?: AbortSignal): Running {
  const child = spawn(command.program, command.arguments, {
    env: { ...command.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(command.directory === undefined ? {} : { cwd: command.directory }),
    ...command.identity,
    ...(stopped === undefined ? {} : { signal: stopped, killSignal: 'SIGTERM' as const }),
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderr)
  })
  // A child that ends early closes its stdin under the writer; its exit says why, not EPIPE.
  child.stdin.on('error', () => undefined)
  const ending = new Promise<Ending>((resolve, reject) => {
    child.once('error', (error) => {
      if (child.pid === undefined) reject(error)
    })
    child.once('close', (code, signal) => {
      resolve({ code, signal, stderr })
    })
  })
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    ending,
    kill: (signal) => child.kill(signal),
  }
}
