/** A name in SQL, quoted or not, for patterns over `Statement.code`. */
export const name = `(?:"(?:[^"]|"")+"|[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*)`

/** What a name as it is written means. */
export const meant = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase()

const list = `${name}(?:, ?${name})*`
const whereRoles: readonly RegExp[] = [
  `\\bOWNER TO (${name})$`,
  `^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .*\\b(?:TO|FROM) (${list})(?: WITH GRANT OPTION)?(?: GRANTED BY ${name})?(?: CASCADE| RESTRICT)?$`,
  `^ALTER DEFAULT PRIVILEGES FOR (?:ROLE|USER) (${list})`,
  `^(?:GRANT|REVOKE) .* GRANTED BY (${name})`,
  `^CREATE POLICY ${name} ON (?:${name}\\.)?${name}(?: AS \\w+)?(?: FOR \\w+)? TO (${list})`,
  `^CREATE SCHEMA .*AUTHORIZATION (${name})$`,
  `USER MAPPING (?:IF NOT EXISTS )?FOR (${name})`,
].map((pattern) => new RegExp(pattern, 'is'))

/** Roles that a statement of a dump names. The server's own are there already. */
export const rolesIn = (code: string): string[] =>
  whereRoles
    .flatMap((pattern) => pattern.exec(code)?.[1] ?? [])
    .flatMap((names) => names.match(new RegExp(name, 'g')) ?? [])
    .filter((written) => !/^(PUBLIC|CURRENT_USER|CURRENT_ROLE|SESSION_USER)$/i.test(written))
    .map(meant)
    .filter((role) => !role.startsWith('pg_'))
