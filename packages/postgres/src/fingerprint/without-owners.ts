import type { Fingerprint } from './fingerprint.ts'

/**
 * What of a fingerprint comes back into a database of another owner and another locale, restored with
 * `--no-owner --no-privileges`: rows, sequences, the number of large objects, and the schema without
 * owners and privileges.
 */
export const withoutOwners = (fingerprint: Fingerprint): Fingerprint => ({
  ...fingerprint,
  server: { ...fingerprint.server, ...anyLocale },
  schema: schemaWithoutOwners(fingerprint.schema),
  // The hash is of their owners as well, and the labels are of their privileges.
  largeObjects: { count: fingerprint.largeObjects.count, hash: '' },
  unseen: { ...fingerprint.unseen, settings: [] },
})

const anyLocale = { collation: '', ctype: '', localeProvider: 'libc', locale: null } as const

const schemaWithoutOwners = (schema: string): string =>
  schema
    .replace(privileges, '')
    .replace(/^(-- Name: .*; Type: .*; Schema: .*; Owner: ).*$/gm, '$1-')
    .replace(/^ALTER .* OWNER TO .*;\n\n*/gm, '')

const privileges =
  /^--\n-- Name: .*; Type: (?:DEFAULT )?ACL; Schema: .*\n--\n\n[^]*?(?=^--\n-- (?:Name: |PostgreSQL database dump complete))/gm
