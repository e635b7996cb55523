import { name } from './names.ts'

/** Why a statement of a dump is passed over. */
export type Reason =
  | 'made beforehand by the superuser'
  | 'only a superuser may'
  | 'about the database itself, which the drill made'
  | 'there is nothing to drop in a new database'
  | 'psql’s own mode, which the drill sets'

interface Rule {
  readonly pattern: RegExp
  readonly because: Reason
}

const rule = (pattern: string, because: Reason): Rule => ({
  pattern: new RegExp(`^${pattern}`, 'is'),
  because,
})

const rules: readonly Rule[] = [
  rule(
    '(?:CREATE|ALTER|DROP|COMMENT ON|SECURITY LABEL .*ON) EXTENSION\\b',
    'made beforehand by the superuser',
  ),
  rule(
    '(?:CREATE|ALTER|DROP|COMMENT ON|SECURITY LABEL .*ON) (?:EVENT TRIGGER|PUBLICATION|SUBSCRIPTION)\\b',
    'only a superuser may',
  ),
  rule(
    '(?:(?:CREATE|ALTER|DROP|COMMENT ON|SECURITY LABEL .*ON) DATABASE\\b|(?:GRANT|REVOKE) [\\w, ]+ ON DATABASE\\b)',
    'about the database itself, which the drill made',
  ),
]

/** What `pg_dump --clean` writes before it creates anything. */
const dropping = new RegExp(
  `^(?:DROP |ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(?:${name}\\.)?${name} (?:DROP|ALTER COLUMN ${name} DROP) )`,
  'is',
)

/** @param fresh whether nothing has been created yet */
export function passedOver(code: string, fresh: boolean): Reason | undefined {
  if (fresh && dropping.test(code)) return 'there is nothing to drop in a new database'
  return rules.find(({ pattern }) => pattern.test(code))?.because
}
