import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { Readable, type Writable } from 'node:stream'
import type { Command, Ending, Output, Processes, Running } from '@recovery-playbook/processes'

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
    stdio: ['pipe', outputOf(command.output), 'pipe'],
    ...(command.directory === undefined ? {} : { cwd: command.directory }),
    ...command.identity,
    ...(stopped === undefined ? {} : { signal: stopped, killSignal: 'SIGTERM' as const }),
  }) as ChildProcessByStdio<Writable, Readable | null, Readable>
  // The child has a copy of its own; the reader's end comes when the last copy is closed.
  if (command.output !== undefined && 'stdin' in command.output) command.output.stdin.destroy()
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
    stdout: child.stdout ?? Readable.from([]),
    ending,
    kill: (signal) => child.kill(signal),
  }
}

const outputOf = (output: Output | undefined) =>
  output === undefined ? 'pipe' : 'fd' in output ? output.fd : output.stdin
