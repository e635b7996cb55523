import {
  childEnvironment,
  type Command,
  type Identity,
  type Processes,
} from '@recovery-playbook/processes'
import { programsIn } from './programs.ts'
import { tryRung } from './probe.ts'
import { type Reach, rungs } from './rungs.ts'

export interface Isolation {
  /** False where nothing on this machine isolates: foreign code must not start then. */
  readonly isolated: boolean
  /** The rung that works, or why none does. */
  readonly inWords: string
  /** The same program, isolated. Its signals reach it no more: it has to end with its standard input. */
  readonly wrap: (command: Command, reach?: Reach) => Command
}

interface Seeking {
  readonly processes: Processes
  readonly searchPath: string
  /** Whom root runs foreign programs as; undefined for anybody else, who runs them as himself. */
  readonly identity: Identity | undefined
}

/**
 * The first way on this machine that keeps a program from the network, from new privileges and from the
 * sight of other processes. Each is tried and looked at from the inside, and not believed.
 */
export async function findIsolation(seeking: Seeking): Promise<Isolation> {
  const programs = await programsIn(seeking.searchPath, ['unshare', 'setpriv', 'sudo', 'ip', 'id'])
  const refusals: string[] = []
  for (const rung of rungs(programs, await ownIdentity(seeking, programs.id))) {
    if (rung.forRoot !== (seeking.identity !== undefined)) continue
    const refusal = await tryRung(rung, seeking)
    if (refusal === undefined) return { isolated: true, inWords: rung.inWords, wrap: rung.wrap }
    refusals.push(`${rung.name}: ${refusal}`)
  }
  const why =
    refusals.length === 0 ? 'unshare or setpriv (util-linux) is missing' : refusals.join('; ')
  return { isolated: false, inWords: why, wrap: (command) => command }
}

/** Whose files the isolated program works on, where that is not root. */
async function ownIdentity({ processes }: Seeking, id: string | undefined): Promise<Identity> {
  if (id === undefined) return { uid: -1, gid: -1 }
  const ask = async (option: string) => {
    const child = processes.start({
      program: id,
      arguments: [option],
      environment: childEnvironment,
    })
    child.stdin.end()
    let text = ''
    for await (const piece of child.stdout) text += String(piece)
    return Number(text.trim())
  }
  return { uid: await ask('-u'), gid: await ask('-g') }
}
