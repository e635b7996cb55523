import { Failure } from '@recovery-playbook/failure'
import type { Session } from './session.ts'

/** What a server says about itself and the database of the session. */
export interface Server {
  /** '15.18 (Debian 15.18-0+deb12u1)' */
  readonly version: string
  readonly major: number
  readonly database: string
  readonly encoding: string
  readonly collation: string
  readonly ctype: string
  readonly localeProvider: LocaleProvider
  /** The locale of the providers 'icu' and 'builtin'. */
  readonly locale: string | null
  /** Bytes of the database on the server's disk, as a decimal string; null if it may not be asked. */
  readonly bytes: string | null
  readonly inRecovery: boolean
  readonly user: string
  readonly superuser: boolean
  /** Of the cluster, since its initdb; null where the role may not read it. */
  readonly systemIdentifier: string | null
  /** The server's clock, ISO 8601 in UTC with milliseconds. */
  readonly now: string
}

export type LocaleProvider = 'libc' | 'icu' | 'builtin'

/** ISO 8601 in UTC, for to_char. */
export const isoTime = (expression: string): string =>
  `to_char(${expression} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** @throws Failure as Session.query does */
export async function describeServer(session: Session): Promise<Server> {
  const [row] = await session.query<Omit<Server, 'systemIdentifier'> & { mayIdentify: boolean }>(
    // Through JSON, because the columns of pg_database differ from major to major.
    `SELECT current_setting('server_version') AS "version",
       current_setting('server_version_num')::int / 10000 AS "major",
       current_database()::text AS "database",
       pg_encoding_to_char(d.encoding)::text AS "encoding",
       d.datcollate::text AS "collation",
       d.datctype::text AS "ctype",
       CASE to_jsonb(d) ->> 'datlocprovider'
         WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS "localeProvider",
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS "locale",
       CASE WHEN has_database_privilege(d.oid, 'CONNECT')
         THEN pg_database_size(d.oid)::text END AS "bytes",
       pg_is_in_recovery() AS "inRecovery",
       current_user::text AS "user",
       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS "superuser",
       has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') AS "mayIdentify",
       ${isoTime('clock_timestamp()')} AS "now"
     FROM pg_database AS d WHERE d.datname = current_database()`,
  )
  if (row === undefined) {
    throw new Failure('QUERY_FAILED', 'The server does not know the database of the session.', {
      hint: 'Check the database URL; a pooler in between may hide the database.',
    })
  }
  const { mayIdentify, ...server } = row
  return { ...server, systemIdentifier: mayIdentify ? await identifierOf(session) : null }
}

async function identifierOf(session: Session): Promise<string | null> {
  const [row] = await session.query<{ identifier: string }>(
    'SELECT system_identifier::text AS identifier FROM pg_control_system()',
  )
  return row?.identifier ?? null
}
