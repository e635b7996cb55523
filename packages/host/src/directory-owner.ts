import { readFile, readlink } from 'node:fs/promises'

/** The file in a directory of ours that says which process it belongs to. */
export const ownerName = '.owner'

/** A process, told apart from every other one that had or will have its number. */
interface Owner {
  readonly pid: number
  /** Clock ticks from the boot to its start: field 22 of /proc/PID/stat, see proc(5). */
  readonly started: string
  readonly boot: string
  /** Numbers of processes count within one namespace. */
  readonly namespace: string
}

export async function currentOwner(): Promise<Owner> {
  const started = await startOf('self')
  return { pid: process.pid, started: started ?? '', ...(await surroundings()) }
}

/** Undefined for what we did not write. */
export function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>
    const { pid, started, boot, namespace } = owner
    const isWhole = typeof pid === 'number' && started && boot && namespace
    return isWhole ? (owner as Owner) : undefined
  } catch {
    return undefined
  }
}

/** Whether it surely runs no more; of a process in another container nobody knows. */
export async function isGone(owner: Owner): Promise<boolean> {
  const { boot, namespace } = await surroundings()
  if (owner.boot !== boot) return true
  return owner.namespace === namespace && (await startOf(String(owner.pid))) !== owner.started
}

async function surroundings() {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '')
  return { boot: boot.trim(), namespace }
}

/** Undefined where there is no such process. */
async function startOf(pid: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field, in parentheses, may hold anything.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}
