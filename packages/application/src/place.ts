import type { Connection } from '@recovery-playbook/postgres'
import { type Outcome, type Sandbox, type ScriptOrder, type Variables } from './sandbox.ts'

/** Where an application stands in a drill, and what it is given. */
export interface Place {
  readonly sandbox: Sandbox
  /** The application's directory in the working copy. */
  readonly directory: string
  /** PATH, a private HOME, the language: what a program needs on any machine, and nothing of this one. */
  readonly surroundings: Variables
  /** Stand-ins for the application's configuration, or its real values. */
  readonly configuration: Variables
}

/** A place with restored data: from here on nothing reaches the network. */
export interface PlaceWithData extends Place {
  /** The login that owns the restored database; never a superuser. */
  readonly database: Connection
  /** One that may make databases, and sees nothing of the restored one: for test suites. */
  readonly maker: Connection
}

/** Inside of a sandbox, whatever the server's socket is called. */
const insidePort = 5432

/** The database as an application is told of it: by URL and by libpq's variables. */
function variablesOf({ environment, database }: Connection): Variables {
  const { PGUSER = '', PGPASSWORD = '' } = environment
  const login = [PGUSER, PGPASSWORD].map(encodeURIComponent).join(':')
  return {
    DATABASE_URL: `postgresql://${login}@127.0.0.1:${insidePort}/${encodeURIComponent(database)}`,
    PGHOST: '127.0.0.1',
    PGPORT: String(insidePort),
    PGUSER,
    PGPASSWORD,
    PGDATABASE: database,
  }
}

/** Leads from inside of a sandbox to the socket of the server. */
const socketOf = ({ environment: { PGHOST = '', PGPORT = '' } }: Connection): Variables => ({
  [insidePort]: `${PGHOST}/.s.PGSQL.${PGPORT}`,
})

/** A script beside the restored data. */
export const scriptIn = (
  { directory, surroundings, configuration, database }: PlaceWithData,
  script: string,
  more: Variables = {},
  as: Connection = database,
): ScriptOrder => ({
  script,
  directory,
  environment: { ...surroundings, ...configuration, ...variablesOf(as), ...more },
  reach: 'itself',
  outwards: socketOf(as),
})

export const runIn = (
  place: PlaceWithData,
  script: string,
  timeout: number,
  more: Variables = {},
  as?: Connection,
): Promise<Outcome> => place.sandbox.run(scriptIn(place, script, more, as), timeout)
