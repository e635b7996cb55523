import { formatDuration } from '@recovery-playbook/playbook'
import type { Difference, Fingerprint, Server, Target } from '@recovery-playbook/postgres'
import type { Drill } from './drill.ts'
import type { RecoveryPoint } from './find-recovery-point.ts'

/** What would be done, for whoever has to confirm it. */
export function planInWords(
  { manifest }: RecoveryPoint,
  target: Target,
  { clock }: Drill,
): string[] {
  const { server, missingRoles, keepsOwners } = target
  const age = clock.now().getTime() - Date.parse(manifest.snapshotAt)
  return [
    `Restore ${manifest.tag}, the data of ${manifest.snapshotAt} (${formatDuration(age)} ago),`,
    `into the database '${server.database}' of PostgreSQL ${server.version}, as '${server.user}'.`,
    keepsOwners
      ? 'Owners and privileges come back.'
      : `Everything will belong to '${server.user}': it is no member of every role that owns something.`,
    missingRoles.length === 0
      ? 'No role is missing there.'
      : `These roles are made, without a login: ${missingRoles.join(', ')}.`,
    ...(server.superuser ? powerInWords(target) : []),
  ]
}

/** What a dump's owners wrote runs while it is restored: not with a superuser's power. */
const powerInWords = ({ server: { user }, powerfulRoles }: Target): string[] => [
  `'${user}' is a superuser: a login without power is made for the restore, owns the database meanwhile, and is dropped afterwards; '${user}' makes extensions and roles.`,
  ...(powerfulRoles.length === 0
    ? []
    : [
        `What belongs to ${powerfulRoles.join(', ')}, who have power there, is handed over at the end.`,
      ]),
]

/** Of a role that has power there, a login without power cannot give default privileges. */
export const judgedFor = ({ powerfulRoles }: Target, difference: Difference): Difference =>
  powerfulRoles.length > 0 && difference.object.startsWith('default acl ')
    ? { ...difference, severity: 'warning' }
    : difference

export function differingLocale({ server: source }: Fingerprint, { server }: Target): string[] {
  const inWords = ({ localeProvider, collation, ctype, locale }: Fingerprint['server'] | Server) =>
    [localeProvider, collation, ctype, locale ?? ''].join(' ').trim()
  const [expected, found] = [inWords(source), inWords(server)]
  return expected === found
    ? []
    : [`database: locale: expected ${expected}, found ${found}: texts may sort otherwise`]
}
