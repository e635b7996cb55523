import { readdirSync, readFileSync } from 'node:fs'

/** A process as the kernel shows it to whoever may look. */
export interface Process {
  readonly pid: number
  /** The command line; empty for a process that has ended and was not waited for. */
  readonly words: readonly string[]
  readonly environment: readonly string[]
}

/** Every process below this one, as it is now. */
export function descendantsOf(pid: number): Process[] {
  const children = contentOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)
  return children.map(Number).flatMap((child) => [processOf(child), ...descendantsOf(child)])
}

/** Every process that was given a connection to this PostgreSQL port, whoever started it. */
export function clientsOf(port: number): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processOf(Number(name)))
    .filter(({ environment }) => environment.includes(`PGPORT=${port}`))
}

/** The command line first: between fork and exec a child still shows its parent's environment. */
export const processOf = (pid: number): Process => ({
  pid,
  words: contentOf(`/proc/${pid}/cmdline`).split('\0').slice(0, -1),
  environment: contentOf(`/proc/${pid}/environ`).split('\0').slice(0, -1),
})

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It has ended, or belongs to somebody else.
    return ''
  }
}
