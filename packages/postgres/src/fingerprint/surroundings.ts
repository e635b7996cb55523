import { describeServer } from '../server.ts'
import type { Session } from '../session.ts'
import { firstNormalObjectId } from '../relations.ts'
import type {
  CollationVersions,
  ExtensionFingerprint,
  FingerprintServer,
  Unseen,
} from './fingerprint.ts'

/** What surrounds the data: the parts of a fingerprint that come from the catalogues alone. */
export interface Surroundings {
  readonly server: FingerprintServer
  readonly extensions: readonly ExtensionFingerprint[]
  readonly roles: readonly string[]
  readonly unseen: Unseen
}

export async function readSurroundings(session: Session): Promise<Surroundings> {
  const { major, version, encoding, collation, ctype, localeProvider, locale, ...more } =
    await describeServer(session)
  const { database, systemIdentifier } = more
  const [unseen] = await session.query<Omit<Unseen, 'collations'>>(unseenQuery)
  const collations = await session.query<CollationVersions>(collationsQuery(major))
  return {
    server: {
      ...{ major, version, encoding, collation, ctype, localeProvider, locale },
      ...{ database, systemIdentifier },
    },
    extensions: await session.query<ExtensionFingerprint>(extensionsQuery),
    roles: (await session.query<{ name: string }>(rolesQuery)).map(({ name }) => name),
    unseen: { ...(unseen ?? nothing), collations },
  }
}

const nothing: Omit<Unseen, 'collations'> = {
  invalidIndexes: [],
  unvalidatedConstraints: [],
  unpopulatedViews: [],
  settings: [],
}

const extensionsQuery = `
  SELECT extname::text AS name, extversion AS version, nspname::text AS schema
  FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = extnamespace ORDER BY e.oid`

// Dependencies on the bootstrap superuser (oid 10) are not recorded: it is always taken along.
const rolesQuery = `
  SELECT rolname::text AS name FROM pg_roles AS r
  WHERE rolname !~ '^pg_' AND (r.oid = 10 OR r.oid IN (
    SELECT refobjid FROM pg_shdepend
    WHERE refclassid = 'pg_authid'::regclass
      AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())))
  ORDER BY 1`

/** PostgreSQL 15 and later note the version of the database's own collation. */
const collationsQuery = (major: number) => `
  SELECT format('%I.%I', nspname, collname) AS name, collversion AS recorded,
    pg_collation_actual_version(c.oid) AS actual
  FROM pg_collation AS c JOIN pg_namespace AS n ON n.oid = collnamespace
  WHERE collversion IS NOT NULL
    AND c.oid IN (SELECT attcollation FROM pg_attribute WHERE attrelid >= ${firstNormalObjectId})
  ${
    major < 15
      ? ''
      : `UNION ALL
  SELECT 'default', datcollversion, pg_database_collation_actual_version(oid)
  FROM pg_database WHERE datname = current_database() AND datcollversion IS NOT NULL`
  }
  ORDER BY 1`

const qualifiedNames = (oid: string, from: string) => `ARRAY(
  SELECT format('%I.%I', n.nspname, c.relname) || ${oid}
  FROM ${from} JOIN pg_namespace AS n ON n.oid = c.relnamespace
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY 1)`

const unseenQuery = `SELECT
  ${qualifiedNames("''", "pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'i' AND NOT (i.indisvalid AND i.indisready)")}
    AS "invalidIndexes",
  ${qualifiedNames("format(' %I', conname)", 'pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid AND NOT k.convalidated')}
    AS "unvalidatedConstraints",
  ${qualifiedNames("''", "(SELECT * FROM pg_class WHERE relkind = 'm' AND NOT relispopulated) AS c")}
    AS "unpopulatedViews",
  ${qualifiedNames(
    "format(' %I', conname)",
    `(
    SELECT * FROM pg_constraint AS k WHERE EXISTS (
      SELECT FROM pg_trigger WHERE tgconstraint = k.oid AND tgisinternal AND tgenabled IN ('D', 'R'))
    ) AS k JOIN pg_class AS c ON c.oid = k.conrelid`,
  )}
    AS "unenforcedConstraints",
  ARRAY(
    SELECT json_build_object('role', coalesce(r.rolname::text, ''),
      'name', split_part(setting, '=', 1), 'value', substr(setting, strpos(setting, '=') + 1))
    FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS setting
    LEFT JOIN pg_roles AS r ON r.oid = s.setrole
    WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY r.rolname NULLS FIRST, setting
  ) AS "settings"`
