import type { Command, Identity } from '@recovery-playbook/processes'
import type { Programs } from './programs.ts'

/** One way to isolate a program. */
export interface Rung {
  readonly name: string
  readonly inWords: string
  /** Whether it is a way for root, or for anybody else. */
  readonly forRoot: boolean
  readonly wrap: (command: Command) => Command
}

/** With a network, processes and /proc of its own; whoever kills unshare kills all of it. */
const namespaces = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Whatever it executes, it gains nothing: neither sudo nor a file's capabilities work any more. */
const powerless = ['--no-new-privs', '--inh-caps=-all']

const words = 'no network but lo, no sight of other processes, no new privileges'

/** The ladder, the best rung first. */
export function rungs(
  { unshare, setpriv, sudo }: Programs<'unshare' | 'setpriv' | 'sudo'>,
  own: Identity,
): Rung[] {
  if (unshare === undefined || setpriv === undefined) return []
  const become = ({ uid, gid }: Identity) => [
    setpriv,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--bounding-set=-all',
    ...powerless,
    '--',
  ]

  const byRoot: Rung = {
    name: 'unshare',
    inWords: `${words} (unshare, as root)`,
    forRoot: true,
    wrap: ({ identity = own, ...command }) =>
      behind(command, unshare, [...namespaces, ...become(identity)]),
  }
  const bySudo = (program: string): Rung => ({
    name: 'sudo unshare',
    inWords: `${words} (sudo unshare)`,
    forRoot: false,
    // Names alone: a value would stand on the command line.
    wrap: (command) =>
      behind(command, program, [
        '-n',
        `--preserve-env=${Object.keys(command.environment).join(',')}`,
        ...[unshare, ...namespaces, ...become(own)],
      ]),
  })
  const byUser: Rung = {
    name: 'unshare --user',
    inWords: `${words} (unshare, in a user namespace)`,
    forRoot: false,
    wrap: (command) =>
      behind(command, unshare, [
        ...['--user', '--map-current-user', ...namespaces],
        ...[setpriv, ...powerless, '--'],
      ]),
  }
  return [byRoot, ...(sudo === undefined ? [] : [bySudo(sudo)]), byUser]
}

const behind = (command: Command, program: string, before: readonly string[]): Command => ({
  ...command,
  program,
  arguments: [...before, command.program, ...command.arguments],
})
