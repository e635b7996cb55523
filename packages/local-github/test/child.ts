import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

export interface Announced {
  apiUrl: string
  uploadUrl: string
  assetUrl: string
  token: string
  repository: string
  gitDirectory: string
}

/** The local GitHub in a process of its own, once it has announced itself. */
export async function startChild(directory: string, ...options: string[]) {
  const child = spawn(process.execPath, [cli, '--dir', directory, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  const announced = await new Promise<Announced>((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`it ended with ${code ?? 'a signal'} before it was ready`))
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (lines.length === 1) resolve(JSON.parse(line) as Announced)
    })
  })
  return { ...announced, child, lines, stop: () => stopped(child) }
}

/** @returns the exit code */
function stopped(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })
}

/** The most memory that a process ever had resident, in bytes. */
export async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
