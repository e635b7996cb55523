/** Why there is no connection (any more), read from what libpq, psql or pg_dump said. */
export interface ConnectionTrouble {
  readonly hint: string
  /** Whether the same may go well a moment later: a server that starts, a name that is not known yet. */
  readonly passes: boolean
}

/**
 * The first that matches what was said; of several hosts, each with a trouble of its own, one that
 * stays before one that passes. Undefined for what is no trouble of the connection.
 */
export const troubleOf = (said: string): ConnectionTrouble | undefined =>
  troubles.find(([pattern]) => pattern.test(said))?.[1]

const stays = (hint: string): ConnectionTrouble => ({ hint, passes: false })
const passes = (hint: string): ConnectionTrouble => ({ hint, passes: true })

/** Messages of libpq (fe-connect.c, fe-secure-openssl.c) and of the server at login, in English. */
const troubles: readonly (readonly [RegExp, ConnectionTrouble])[] = [
  [
    /password authentication failed|no password supplied|role ".*" (does not exist|is not permitted)/,
    stays(
      'Copy the URL anew from your provider: its user or password is not (or no longer) right.',
    ),
  ],
  [
    /database ".*" does not exist/,
    stays('Check the name after the last slash of the database URL.'),
  ],
  [
    /permission denied for database "(.*)"/,
    stays("Let an administrator GRANT CONNECT ON DATABASE … TO the URL's role."),
  ],
  [
    /server does not support SSL/,
    stays('Add ?sslmode=disable to the database URL if the way to the server is private.'),
  ],
  [
    /channel binding/,
    stays('Remove channel_binding=require from the database URL: this server has no such login.'),
  ],
  [
    /certificate/,
    stays(
      'Add sslrootcert=FILE with the authority of the server to the database URL (sslrootcert=system ' +
        'for a public one), or sslmode=require if it is self-signed, as on Railway.',
    ),
  ],
  [/no pg_hba\.conf entry.*(no encryption|SSL off)/, stays('Add ?sslmode=require to the URL.')],
  [
    /pg_hba\.conf/,
    stays(
      "The server's pg_hba.conf, or the provider's list of allowed addresses, does not admit this " +
        'runner or this role: allow it there, or use a self-hosted runner inside that network.',
    ),
  ],
  [
    /unsupported startup parameter|pgbouncer/i,
    stays('This is a pooled URL: use the direct URL of the database.'),
  ],
  [
    /authentication request from server, but received|invalid response to SSL negotiation/,
    stays('Check host and port of the database URL: what answers there is not PostgreSQL.'),
  ],
  [
    /session is (not )?read-only|hot standby|standby mode/,
    stays('Check target_session_attrs in the database URL: no server of it is in that state.'),
  ],
  [
    /Network is unreachable|Cannot assign requested address/,
    stays(
      "Use an IPv4 address: GitHub's runners have no IPv6 (on Supabase: the session pooler's URL).",
    ),
  ],
  [
    /could not translate host name|Name or service not known/,
    passes('Check the host of the database URL; on Railway use DATABASE_PUBLIC_URL.'),
  ],
  [
    /remaining connection slots|too many (connections|clients)/,
    passes('Close connections of the application, or raise max_connections.'),
  ],
  [
    /database system is (starting up|shutting down|in recovery|not yet accepting)/,
    passes('The server is starting or stopping: run it again when it accepts connections.'),
  ],
  [
    /timeout expired|timed out|Connection refused|No route|unreachable|No such file/,
    passes(
      'Check that the server runs and accepts connections from outside (on Railway: public access).',
    ),
  ],
  [
    /server closed the connection|terminating connection|SSL SYSCALL|connection to server was lost/,
    passes(
      'The server, or something between it and this runner, ended the connection: run it again.',
    ),
  ],
]
