import { Failure } from '@recovery-playbook/failure'
import { environmentVariables, refusedParameters, stringParameters } from './libpq.ts'
import { percentDecoded, piecesOf, type UriPieces } from './uri.ts'

/** Where a database is and who asks for it, in the form that libpq reads. */
export interface Connection {
  /** libpq's variables (PGHOST, PGPORT, PGUSER, PGPASSWORD, …): a child gets them and no more. */
  readonly environment: Readonly<Record<string, string>>
  /** Parameters without a variable: a child gets them in a connection string. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly database: string
  /** As written in the URL; several are joined by commas; empty for libpq's default socket. */
  readonly host: string
  readonly user: string
}

/** Seconds that one attempt to connect may take, unless the URL says otherwise. */
const connectTimeout = '15'

/**
 * Reads a `postgres://` or `postgresql://` URL by libpq's grammar: percent-encoding, several hosts,
 * IPv6, sockets, query parameters. Nothing that it throws repeats any of the URL but the name of
 * an unknown query parameter, because libpq itself echoes secrets when it complains.
 *
 * TLS is required (`sslmode=require`) of a host outside this machine, unless the URL says otherwise.
 *
 * @throws Failure INPUT_INVALID
 */
export function parseConnection(url: string): Connection {
  const pieces = piecesOf(url.trim())
  if (pieces === undefined) throw notAUrl()
  const { settings, parameters } = settingsOf(pieces)
  const connection = connectionOf(settings, theUrl)
  return Object.keys(parameters).length === 0 ? connection : { ...connection, parameters }
}

/**
 * The same from libpq's variables (PGHOST, PGUSER, PGPASSWORD, …); what else is among them is left
 * out. An empty one is not given.
 *
 * @throws Failure INPUT_INVALID
 */
export function connectionFromVariables(
  variables: Readonly<Record<string, string | undefined>>,
): Connection {
  const known = new Set(environmentVariables.values())
  const given = Object.entries(variables).filter(([, value]) => value) as [string, string][]
  for (const [name, value] of given) {
    if (/^PGSERVICE(FILE)?$/.test(name) || (known.has(name) && /[\0\r\n]/.test(value))) {
      throw invalid(theVariables, `have a ${name} that cannot be used here`, theVariables.remedy)
    }
  }
  return connectionOf(Object.fromEntries(given.filter(([name]) => known.has(name))), theVariables)
}

function connectionOf(settings: Readonly<Record<string, string>>, source: Source): Connection {
  const { PGHOST: host = '', PGHOSTADDR = '', PGUSER: user, PGDATABASE: database } = settings
  if (user === undefined) throw invalid(source, `${source.names} no user`, source.remedy)
  if (database === undefined) throw invalid(source, `${source.names} no database`, source.remedy)
  if (/\.railway\.internal\.?(,|$)/i.test(host)) {
    throw invalid(
      source,
      `${source.leads} into Railway's private network (*.railway.internal), which a runner cannot reach`,
      'Use the value of DATABASE_PUBLIC_URL; switch on public access (TCP proxy) of the ' +
        'PostgreSQL service if it is empty.',
    )
  }
  if (settings.PGLOADBALANCEHOSTS === 'random') {
    throw invalid(
      source,
      `${source.asks} for load_balance_hosts=random: the sessions of one backup could reach different servers`,
      'Leave it out: several hosts are tried in order, and all sessions reach the first that answers.',
    )
  }
  const environment = {
    PGCONNECT_TIMEOUT: connectTimeout,
    PGAPPNAME: 'recovery-playbook',
    ...(`${host},${PGHOSTADDR}`.split(',').some(isElsewhere) ? { PGSSLMODE: 'require' } : {}),
    ...settings,
  }
  return { environment, database, host, user }
}

/** What a connection was read from, for messages. */
interface Source {
  readonly what: string
  readonly names: string
  readonly leads: string
  readonly asks: string
  readonly remedy: string
}

const theUrl: Source = {
  what: 'The database URL',
  names: 'names',
  leads: 'leads',
  asks: 'asks',
  remedy: 'Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE.',
}

const theVariables: Source = {
  what: 'The variables PG*',
  names: 'name',
  leads: 'lead',
  asks: 'ask',
  remedy: 'Give PGHOST, PGPORT, PGUSER, PGPASSWORD and PGDATABASE, each in one line.',
}

function settingsOf(pieces: UriPieces) {
  const settings: Record<string, string> = {}
  const parameters: Record<string, string> = {}
  const take = (parameter: string, encoded: string) => {
    const name = percentDecoded(parameter) ?? ''
    const value = percentDecoded(encoded)
    const inString = stringParameters.has(name)
    const [kept, key] = inString ? [parameters, name] : [settings, variableOf(name)]
    if (value === undefined || /[\0\r\n]/.test(value)) throw notAUrl()
    if (value !== '') kept[key] = value
  }
  take('user', pieces.user ?? '')
  take('password', pieces.password ?? '')
  take('dbname', pieces.database)
  take('host', pieces.hosts.map(({ host }) => host).join(','))
  if (pieces.hosts.some(({ port }) => port !== '')) {
    take('port', pieces.hosts.map(({ port }) => port || '5432').join(','))
  }
  for (const [name, value] of pieces.parameters) {
    // JDBC's spelling, which libpq accepts too.
    if (name === 'ssl' && value === 'true') take('sslmode', 'require')
    else take(name, value)
  }
  return { settings, parameters }
}

function variableOf(name: string): string {
  const variable = environmentVariables.get(name)
  if (variable !== undefined) return variable
  if (!/^\w{1,40}$/.test(name)) throw notAUrl()
  const reason = refusedParameters.get(name)
  throw invalid(
    theUrl,
    `has the query parameter '${name}', which cannot be used here${reason ? `: ${reason}` : ''}`,
    `Remove '${name}' from the URL; libpq's parameters such as sslmode are accepted.`,
  )
}

const isElsewhere = (host: string): boolean =>
  // A name without a dot is a service container beside this job.
  /[.:]/.test(host) && !host.startsWith('/') && !/^(127\.|::1$)/.test(host)

const notAUrl = () =>
  invalid(
    theUrl,
    'is not a PostgreSQL URL',
    'Write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE and percent-encode every ' +
      'special character of the password (@ is %40, / is %2F, % is %25).',
  )

const invalid = (source: Source, fault: string, hint: string) =>
  new Failure('INPUT_INVALID', `${source.what} ${fault}.`, { hint })
