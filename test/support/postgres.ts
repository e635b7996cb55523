import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { childProcesses, unprivilegedIdentity } from '@recovery-playbook/host'
import { freePort } from '@recovery-playbook/local-workflows'
import {
  type Connection,
  findToolchains,
  openSession,
  parseConnection,
  startThrowaway,
  type ThrowawayCluster,
  type Toolchain,
} from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'

/** A real PostgreSQL on 127.0.0.1 that is gone when it is disposed of. */
export interface TestServer extends AsyncDisposable {
  readonly toolchain: Toolchain
  readonly processes: Processes
  readonly cluster: ThrowawayCluster
  readonly port: number
  /** A database that an ordinary role owns, who has a password and no other power. */
  createDatabase(options?: TestDatabaseOptions): Promise<TestDatabase>
}

interface TestDatabaseOptions {
  readonly name?: string
  readonly owner?: string
  /** What follows CREATE DATABASE's owner: "ENCODING 'LATIN1' TEMPLATE template0". */
  readonly more?: string
}

export interface TestDatabase {
  readonly name: string
  /** The owner's, through TCP: what a user would put into the secret DATABASE_URL. */
  readonly url: string
  readonly superuserUrl: string
  readonly owner: Connection
  readonly superuser: Connection
  /** SQL as the owner, in the search path `public`. */
  execute(sql: string): Promise<void>
  /** SQL as the superuser. */
  administer(sql: string): Promise<void>
}

export interface SampleDatabase extends TestDatabase, AsyncDisposable {
  readonly server: TestServer
}

/** The newest PostgreSQL server of this machine, or undefined: tests then skip with the reason. */
export async function newestServer(processes: Processes): Promise<Toolchain | undefined> {
  const found = await findToolchains(processes, process.env.PATH ?? '')
  return found.find(({ initdb, postgres }) => initdb !== undefined && postgres !== undefined)
}

/**
 * @param settings PostgreSQL settings besides a throwaway cluster's
 * @param other of another major than the machine's newest
 */
export async function startTestServer(
  settings: Record<string, string> = {},
  other?: Toolchain,
): Promise<TestServer> {
  const processes = childProcesses()
  const toolchain = other ?? (await newestServer(processes))
  if (toolchain === undefined) throw new Error('no PostgreSQL server is installed')
  const port = await freePort()
  const cluster = await startThrowaway({
    toolchain,
    processes,
    parentDirectory: tmpdir(),
    identity: unprivilegedIdentity(),
    tcpPort: port,
    settings,
  })
  const server = { toolchain, processes, cluster, port }
  return {
    ...server,
    createDatabase: (options = {}) => createDatabase(server, options),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}

/**
 * A server with the sample journal in it.
 *
 * @param rows of all tables together; 200,000 are about 100 MB
 */
export async function startSampleDatabase({
  rows = 200_000,
  seed = 1,
  toolchain,
}: {
  rows?: number
  seed?: number
  toolchain?: Toolchain | undefined
} = {}): Promise<SampleDatabase> {
  const server = await startTestServer({}, toolchain)
  try {
    const database = await server.createDatabase({ name: 'journal', owner: 'journal_app' })
    await fillSample(server, database.owner, { rows, seed })
    return { ...database, server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

/** Runs test/sample/journal.sql in an empty database. */
export async function fillSample(
  { toolchain, processes }: Pick<TestServer, 'toolchain' | 'processes'>,
  connection: Connection,
  { rows, seed }: { rows: number; seed: number },
): Promise<void> {
  const file = join(import.meta.dirname, '..', 'sample', 'journal.sql')
  const psql = processes.start({
    program: toolchain.psql,
    arguments: ['-X', '-q', '-w', '-v', `rows=${rows}`, '-v', `seed=${seed}`, '-f', file],
    environment: { ...connection.environment, PGCLIENTENCODING: 'UTF8' },
  })
  psql.stdin.end()
  const [, ending] = await Promise.all([text(psql.stdout), psql.ending])
  if (ending.code !== 0) throw new Error(`journal.sql: ${ending.stderr}`)
}

async function createDatabase(
  server: Pick<TestServer, 'toolchain' | 'processes' | 'cluster' | 'port'>,
  {
    name = `d${randomBytes(4).toString('hex')}`,
    owner = `app_${randomBytes(4).toString('hex')}`,
    more = '',
  }: TestDatabaseOptions,
): Promise<TestDatabase> {
  const { toolchain, processes, cluster, port } = server
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const password = `p@ss/${randomBytes(9).toString('base64url')}`
  const run = async (connection: Connection, sql: string) => {
    await using session = await openSession(toolchain.psql, connection, processes)
    await session.execute(`SET search_path = public;\n${sql}`)
  }
  await run(
    cluster.superuser,
    `DO $do$ BEGIN CREATE ROLE ${quoted(owner)}; EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
     ALTER ROLE ${quoted(owner)} LOGIN PASSWORD '${password}';
     CREATE DATABASE ${quoted(name)} OWNER ${quoted(owner)} ${more}`,
  )
  const urlOf = (user: string, secret: string) =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${encodeURIComponent(name)}`
  const superuserUrl = urlOf(cluster.superuser.user, cluster.superuser.environment.PGPASSWORD ?? '')
  const url = urlOf(owner, password)
  const connection = parseConnection(url)
  const superuser = parseConnection(superuserUrl)
  return {
    name,
    url,
    superuserUrl,
    owner: connection,
    superuser,
    execute: (sql) => run(connection, sql),
    administer: (sql) => run(superuser, sql),
  }
}
