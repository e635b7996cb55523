/**
 * What a session must not take over from the database or role it works with, so that the same data
 * gives the same text everywhere. Settings that a major does not know are skipped.
 */
const settings: Readonly<Record<string, string>> = {
  search_path: '',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmlbinary: 'base64',
  lc_monetary: 'C',
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  // Ours say READ ONLY themselves where they read.
  default_transaction_read_only: 'off',
  // A filtered table must be an error, never fewer rows.
  row_security: 'off',
  statement_timeout: '0',
  lock_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0',
  client_min_messages: 'error',
  jit: 'off',
  // Seconds. A NAT on the way drops what is silent for four minutes.
  tcp_keepalives_idle: '60',
  // A backend whose client was killed would otherwise work to its end.
  client_connection_check_interval: '10s',
}

/**
 * SQL that establishes them. Every name in it is qualified: the search path is not ours yet. The role's
 * own statement_timeout goes first: it may be shorter than the rest takes.
 *
 * They are set here and not by PGOPTIONS: that is the user's (`options` in the URL), and a pooler in
 * session mode may refuse it.
 */
export const establishSettings = `
SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SELECT pg_catalog.set_config(known.name, wanted.value, false)
FROM (VALUES ${Object.entries(settings)
  .map(([name, value]) => `('${name}', '${value}')`)
  .join(', ')}) AS wanted (name, value)
JOIN pg_catalog.pg_settings AS known ON pg_catalog.lower(known.name) = pg_catalog.lower(wanted.name)
`
