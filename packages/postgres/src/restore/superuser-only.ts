/** Kinds of objects, as `pg_restore --list` and `pg_dump` call them, that only a superuser makes. */
const kinds = ['EVENT TRIGGER', 'PUBLICATION', 'SUBSCRIPTION']

/**
 * Whether an object is left out of a restore, because a restore never runs as superuser: extensions
 * (which are made beforehand), their comments, and what replicates or watches the whole database.
 *
 * @param type 'EXTENSION', 'COMMENT', 'PUBLICATION TABLE' …
 * @param name for a comment or privilege the kind stands in its name: 'EXTENSION hstore'
 */
export const needsSuperuser = (type: string, name: string): boolean =>
  [...kinds, 'EXTENSION'].some(
    (kind) =>
      type === kind ||
      (type.startsWith(`${kind} `) && kind !== 'EXTENSION') ||
      (/^(COMMENT|ACL|SECURITY LABEL)$/.test(type) && name.startsWith(`${kind} `)),
  )
