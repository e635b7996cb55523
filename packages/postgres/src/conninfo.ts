import type { Connection } from './connection.ts'

/** A value for libpq's `keyword=value`, whatever it holds. */
export const conninfoValue = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** What of a connection its variables cannot carry, as `keyword=value`; no secret is among it. */
export const conninfoOf = ({ parameters = {} }: Connection): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${conninfoValue(value)}`)
    .join(' ')

/** The same for psql's and pg_dump's command line. */
export function databaseArguments(connection: Connection): string[] {
  const conninfo = conninfoOf(connection)
  return conninfo === '' ? [] : [`--dbname=${conninfo}`]
}
