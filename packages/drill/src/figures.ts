import type { Manifest } from '@recovery-playbook/archive'
import type { Fingerprint } from '@recovery-playbook/postgres'

/** Counts and bytes of a recovery point. */
export interface Figures {
  readonly tables: number
  readonly rows: bigint
  /** Bytes of the dump before compression. */
  readonly dumpBytes: number
  /** Bytes of all sealed parts. */
  readonly sealedBytes: number
  readonly parts: number
}

export function figuresOf(
  { members }: Pick<Manifest, 'members'>,
  fingerprint: Fingerprint,
): Figures {
  const parts = members.flatMap((member) => member.parts)
  return {
    tables: fingerprint.tables.length,
    rows: fingerprint.tables.reduce((sum, { rows }) => sum + BigInt(rows), 0n),
    dumpBytes: members.find(({ name }) => name === 'database.dump')?.bytes ?? 0,
    sealedBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: parts.length,
  }
}
