/** What is inside a recovery point, and how each member is encoded before it is sealed. */
export const memberNames = [
  'database.dump',
  'globals.sql',
  'code.bundle',
  'configuration.env',
  'fingerprint.json',
] as const

/** A few words sealed like the rest: a person can try whether they still hold what opens it. */
export const keyCheckName = 'key-check.gpg'

export type MemberName = (typeof memberNames)[number]

/** `database.dump.zst.0001.gpg`: four digits, so that a shell's `*` sorts the parts in order. */
export const partName = (member: string, number: number): string =>
  `${member}.zst.${String(number).padStart(4, '0')}.gpg`
