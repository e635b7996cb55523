import { sectionsOf } from '../fingerprint/schema-difference.ts'
import { needsSuperuser } from '../restore/superuser-only.ts'

/**
 * The statements of what only a superuser can make, for a person who has read the functions that they
 * call: whoever owns one would have a superuser's power through it. Extensions are made otherwise.
 *
 * @param schema of a fingerprint
 */
export const statementsForSuperuser = (schema: string): string[] =>
  [...sectionsOf(schema)].flatMap(([heading, text]) => {
    const [, name = '', type = ''] = /^Name: (.*); Type: (.*?); Schema: /.exec(heading) ?? []
    if (type === 'EXTENSION' || name.startsWith('EXTENSION ') || !needsSuperuser(type, name))
      return []
    return [`${type} ${name}: ${text.replaceAll(/\s+/g, ' ').trim()}`]
  })
