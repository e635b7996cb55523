import { readFileSync } from 'node:fs'
import type { Identity } from '@recovery-playbook/processes'

/**
 * The user that a throwaway PostgreSQL runs as: nobody special when we are root (PostgreSQL refuses
 * to run as root), otherwise ourselves (`undefined`).
 */
export function unprivilegedIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name, , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
  return users.get('postgres') ?? users.get('nobody') ?? { uid: 65534, gid: 65534 }
}
