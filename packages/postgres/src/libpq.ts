/**
 * Connection parameters that libpq takes from its environment, with the variable of each
 * (https://www.postgresql.org/docs/current/libpq-envars.html).
 */
export const environmentVariables: ReadonlyMap<string, string> = new Map(
  Object.entries({
    host: 'PGHOST',
    hostaddr: 'PGHOSTADDR',
    port: 'PGPORT',
    dbname: 'PGDATABASE',
    user: 'PGUSER',
    password: 'PGPASSWORD',
    passfile: 'PGPASSFILE',
    require_auth: 'PGREQUIREAUTH',
    channel_binding: 'PGCHANNELBINDING',
    options: 'PGOPTIONS',
    application_name: 'PGAPPNAME',
    sslmode: 'PGSSLMODE',
    sslnegotiation: 'PGSSLNEGOTIATION',
    sslcompression: 'PGSSLCOMPRESSION',
    sslcert: 'PGSSLCERT',
    sslkey: 'PGSSLKEY',
    sslcertmode: 'PGSSLCERTMODE',
    sslrootcert: 'PGSSLROOTCERT',
    sslcrl: 'PGSSLCRL',
    sslcrldir: 'PGSSLCRLDIR',
    sslsni: 'PGSSLSNI',
    requirepeer: 'PGREQUIREPEER',
    min_protocol_version: 'PGMINPROTOCOLVERSION',
    max_protocol_version: 'PGMAXPROTOCOLVERSION',
    ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
    ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
    gssencmode: 'PGGSSENCMODE',
    krbsrvname: 'PGKRBSRVNAME',
    gsslib: 'PGGSSLIB',
    gssdelegation: 'PGGSSDELEGATION',
    connect_timeout: 'PGCONNECT_TIMEOUT',
    target_session_attrs: 'PGTARGETSESSIONATTRS',
    load_balance_hosts: 'PGLOADBALANCEHOSTS',
  }),
)

/** What libpq takes from a connection string alone, and everybody on the machine may see there. */
export const stringParameters: ReadonlySet<string> = new Set([
  'fallback_application_name',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
])

const onACommandLine =
  'libpq takes it from a connection string alone, which other processes of the machine could read'

/** Parameters that libpq knows and this suite does not pass on, with the reason. */
export const refusedParameters: ReadonlyMap<string, string> = new Map(
  Object.entries({
    client_encoding: 'a dump keeps the encoding of its server',
    service: 'a service file is not read here',
    servicefile: 'a service file is not read here',
    sslpassword: `${onACommandLine}: keep the key in a secret, without a passphrase`,
    sslkeylogfile: 'it would write the keys of the connection into a file',
    scram_client_key: `${onACommandLine}: give the password`,
    scram_server_key: `${onACommandLine}: give the password`,
    oauth_issuer: 'nobody can log in for a backup',
    oauth_client_id: 'nobody can log in for a backup',
    oauth_client_secret: 'nobody can log in for a backup',
    oauth_scope: 'nobody can log in for a backup',
    replication: 'a dump needs an ordinary connection',
    pgbouncer: 'a pooled connection cannot hold a snapshot: use the direct URL of the database',
  }),
)
