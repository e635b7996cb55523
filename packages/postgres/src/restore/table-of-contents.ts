import { needsSuperuser } from './superuser-only.ts'

/** The table of contents of an archive, sorted into what is restored when. */
export interface Contents {
  /** Lines for `pg_restore --use-list`: first the schemas, because extensions live in them. */
  readonly schemas: readonly string[]
  readonly others: readonly string[]
  /** What a role without superuser cannot make: 'EXTENSION hstore', 'EVENT TRIGGER audit' … */
  readonly leftOut: readonly string[]
}

/** The types that `needsSuperuser` has to judge; a type may be two words, and a name many. */
const sorted =
  /^(EXTENSION|EVENT TRIGGER|PUBLICATION(?: TABLES?(?: IN SCHEMA)?)?|SUBSCRIPTION(?: TABLE)?|COMMENT|ACL|SECURITY LABEL) (?:-|\S+) (.*)$/

/**
 * Reads what `pg_restore --list` prints: `dump id; catalogue oid, oid, type, schema, name, owner`.
 * An entry may lie about its type, so this list sorts and does not protect: what protects is that
 * the login of the restore is no superuser.
 */
export function readContents(list: string): Contents {
  const schemas: string[] = []
  const others: string[] = []
  const leftOut: string[] = []
  for (const line of list.split('\n')) {
    const entry = /^\d+; \d+ \d+ (.+)$/.exec(line)?.[1]
    if (entry === undefined) continue
    const [, type, name] = sorted.exec(entry) ?? []
    if (type !== undefined && name !== undefined && needsSuperuser(type, name)) {
      leftOut.push(`${type} ${name}`.trim())
    } else if (entry.startsWith('SCHEMA - ')) schemas.push(line)
    else others.push(line)
  }
  return { schemas, others, leftOut }
}
