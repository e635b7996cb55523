import type { Command, Identity } from '@recovery-playbook/processes'
import type { Programs } from './programs.ts'

/** One way to isolate a program. */
export interface Rung {
  readonly name: string
  readonly inWords: string
  /** Whether it is a way for root, or for anybody else. */
  readonly forRoot: boolean
  readonly wrap: (command: Command, reach?: Reach) => Command
}

/** What an isolated program may reach: itself alone, or, before there is any data, the network too. */
export type Reach = 'itself' | 'network'

/**
 * Sockets of this machine's services lie in /run, and no network of one's own hides them: a database that
 * trusts whoever runs us, Docker, names. A new network's lo is down.
 */
const alone = 'mount -t tmpfs -o mode=755 none /run && { "$0" link set lo up; exec "$@"; }'

/** Names have to be found: only what would obey is hidden. */
const amongOthers = `for socket in /run/postgresql /run/docker.sock /run/containerd /run/podman; do
  if [ -d "$socket" ]; then mount -t tmpfs none "$socket" || exit
  elif [ -e "$socket" ]; then mount --bind /dev/null "$socket" || exit; fi
done; exec "$@"`

/** With processes and /proc of its own; whoever kills unshare kills all of it. */
const processesOfItsOwn = ['--pid', '--fork', '--kill-child', '--mount-proc']

/** Whatever it executes, it gains nothing: neither sudo nor a file's capabilities work any more. */
const powerless = ['--no-new-privs', '--inh-caps=-all']

/** What unshare asked for with --kill-child, and a change of the user takes away (prctl(2), PR_SET_PDEATHSIG). */
const endingWithUnshare = '--pdeathsig=KILL'

const words = 'no network but lo, no sight of other processes, no new privileges'

/** The ladder, the best rung first. */
export function rungs(
  { unshare, setpriv, sudo, ip }: Programs<'unshare' | 'setpriv' | 'sudo' | 'ip'>,
  own: Identity,
): Rung[] {
  if (unshare === undefined || setpriv === undefined) return []
  const namespaces = (reach: Reach = 'itself') => [
    ...(reach === 'itself' ? ['--net'] : []),
    ...processesOfItsOwn,
    // These take a power that is given away next.
    ...['--', '/bin/sh', '-c', reach === 'itself' ? alone : amongOthers, ip ?? 'ip'],
  ]
  const become = ({ uid, gid }: Identity) => [
    setpriv,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--bounding-set=-all',
    ...powerless,
    endingWithUnshare,
    '--',
  ]

  const byRoot: Rung = {
    name: 'unshare',
    inWords: `${words} (unshare, as root)`,
    forRoot: true,
    wrap: ({ identity = own, ...command }, reach) =>
      behind(command, unshare, [...namespaces(reach), ...become(identity)]),
  }
  const bySudo = (program: string): Rung => ({
    name: 'sudo unshare',
    inWords: `${words} (sudo unshare)`,
    forRoot: false,
    // Names alone: a value would stand on the command line.
    wrap: (command, reach) =>
      behind(command, program, [
        '-n',
        `--preserve-env=${Object.keys(command.environment).join(',')}`,
        ...[unshare, ...namespaces(reach), ...become(own)],
      ]),
  })
  const byUser: Rung = {
    name: 'unshare --user',
    inWords: `${words} (unshare, in a user namespace)`,
    forRoot: false,
    wrap: (command, reach) =>
      behind(command, unshare, [
        ...['--user', '--map-current-user', '--keep-caps', ...namespaces(reach)],
        ...[setpriv, '--ambient-caps=-all', ...powerless, endingWithUnshare, '--'],
      ]),
  }
  return [byRoot, ...(sudo === undefined ? [] : [bySudo(sudo)]), byUser]
}

const behind = (command: Command, program: string, before: readonly string[]): Command => ({
  ...command,
  program,
  arguments: [...before, command.program, ...command.arguments],
})
