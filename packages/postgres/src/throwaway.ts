import { randomBytes } from 'node:crypto'
import { chown, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { throwawaySettings, type Machine } from './cluster-settings.ts'
import type { Connection } from './connection.ts'
import type { Identity, Processes } from '@recovery-playbook/processes'
import { directoryForSocket, privateDirectory } from './private-directory.ts'
import { childEnvironment, endingInWords, run } from '@recovery-playbook/processes'
import { ready } from './readiness.ts'
import type { Toolchain } from './toolchain.ts'

export interface ThrowawayOrder {
  readonly toolchain: Toolchain
  readonly processes: Processes
  /** Starts the server's own programs, which see the data; by default as the others. */
  readonly isolated?: Processes | undefined
  /** An existing directory that the identity may enter; everything is made inside and deleted. */
  readonly parentDirectory: string
  /** Needed by root alone, because PostgreSQL refuses to run as root. */
  readonly identity?: Identity | undefined
  readonly machine?: Machine | undefined
  /** Of the cluster's own databases; a restored one gets what its fingerprint says. */
  readonly encoding?: string | undefined
  readonly locale?: string | undefined
  /** Listen on this port of 127.0.0.1 as well. */
  readonly tcpPort?: number | undefined
  /** Group that may reach the socket besides the owner, for programs under another identity. */
  readonly socketGroup?: number | undefined
  /** PostgreSQL settings that override the throwaway ones. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/** A private PostgreSQL that is gone, files and processes, when it is disposed of. */
export interface ThrowawayCluster extends AsyncDisposable {
  readonly toolchain: Toolchain
  /** The bootstrap superuser, under a random name, in the database `postgres`. */
  readonly superuser: Connection
  readonly socketDirectory: string
  /** Another database, and for another role its password: the superuser's is never handed on. */
  connectionFor(database: string, user?: string, password?: string): Connection
}

const socketPort = 5432

/**
 * initdb and a server of its own: random superuser and password (SCRAM), a socket in a directory
 * that nobody else may enter.
 *
 * @throws Failure CLUSTER_FAILED; nothing is left behind
 */
export async function startThrowaway(order: ThrowawayOrder): Promise<ThrowawayCluster> {
  const cleanup = new AsyncDisposableStack()
  try {
    const { identity, parentDirectory } = order
    const home = await privateDirectory(join(parentDirectory, 'pg-'), identity, cleanup)
    const socketDirectory = await directoryForSocket(home, identity, order.socketGroup, cleanup)
    const user = `recovery_${randomBytes(6).toString('hex')}`
    const password = randomBytes(24).toString('base64url')
    const dataDirectory = join(home, 'data')
    const server = { ...order, processes: order.isolated ?? order.processes }
    await initialise({ ...server, home, dataDirectory, user, password })
    const port = order.tcpPort ?? socketPort
    await startServer({ ...server, dataDirectory, socketDirectory, port }, cleanup)
    const connectionFor = (database: string, role = user, secret?: string): Connection => {
      const PGPASSWORD = secret ?? (role === user ? password : undefined)
      const environment = {
        PGHOST: socketDirectory,
        PGPORT: String(port),
        PGUSER: role,
        PGDATABASE: database,
        PGCONNECT_TIMEOUT: '15',
        ...(PGPASSWORD === undefined ? {} : { PGPASSWORD }),
      }
      return { environment, database, host: socketDirectory, user: role }
    }
    return {
      toolchain: order.toolchain,
      superuser: connectionFor('postgres'),
      socketDirectory,
      connectionFor,
      [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
    }
  } catch (error) {
    await cleanup.disposeAsync()
    throw error
  }
}

async function initialise(order: {
  readonly toolchain: Toolchain
  readonly processes: Processes
  readonly identity?: Identity | undefined
  readonly encoding?: string | undefined
  readonly locale?: string | undefined
  readonly home: string
  readonly dataDirectory: string
  readonly user: string
  readonly password: string
}): Promise<void> {
  const { toolchain, processes, identity, home, dataDirectory, user, password } = order
  if (toolchain.initdb === undefined) throw clusterFailure('initdb is not installed', '')
  const passwordFile = join(home, 'password')
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (identity !== undefined) await chown(passwordFile, identity.uid, identity.gid)
  const answer = await run(processes, {
    program: toolchain.initdb,
    arguments: [
      `--pgdata=${dataDirectory}`,
      `--username=${user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      `--encoding=${order.encoding ?? 'UTF8'}`,
      `--locale=${order.locale ?? 'C'}`,
      '--no-sync',
    ],
    environment: childEnvironment,
    directory: home,
    ...(identity && { identity }),
  }).finally(() => rm(passwordFile, { force: true }))
  if (answer.code !== 0) {
    throw clusterFailure(`initdb ended with ${endingInWords(answer)}`, answer.stderr)
  }
}

async function startServer(
  order: ThrowawayOrder & {
    readonly dataDirectory: string
    readonly socketDirectory: string
    readonly port: number
  },
  cleanup: AsyncDisposableStack,
): Promise<void> {
  const { toolchain, processes, identity, dataDirectory, socketDirectory, port } = order
  if (toolchain.postgres === undefined) throw clusterFailure('postgres is not installed', '')
  const settings = {
    ...throwawaySettings(order.machine ?? { memory: 1024 ** 3, cpus: 2 }),
    listen_addresses: order.tcpPort === undefined ? '' : '127.0.0.1',
    port: String(port),
    unix_socket_directories: socketDirectory,
    ...order.settings,
  }
  const server = processes.start({
    program: '/bin/sh',
    arguments: [
      ...['-c', untilInputEnds, 'sh', toolchain.postgres, '-D', dataDirectory],
      ...Object.entries(settings).flatMap(asOption),
    ],
    environment: childEnvironment,
    directory: dataDirectory,
    ...(identity && { identity }),
  })
  server.stdout.resume()
  cleanup.defer(async () => {
    server.stdin.end()
    await server.ending.catch(() => undefined)
  })
  if (!(await ready(dataDirectory, server.ending))) {
    const ending = await server.ending
    throw clusterFailure(`postgres ended with ${endingInWords(ending)}`, ending.stderr)
  }
}

/**
 * Ends a server with its standard input: also when whoever started it was killed, and where it runs as
 * another user or in a namespace, so that no signal of ours reaches it. SIGQUIT is an immediate
 * shutdown: no checkpoint of what is deleted next. A shell starts what is in the background with that
 * signal ignored, until PostgreSQL listens to it: it is sent until the server is gone.
 */
const untilInputEnds = `exec 3<&0 </dev/null
"$@" &
server=$!
{ while read -r _ <&3; do :; done; while kill -s QUIT "$server"; do sleep 0.2 >/dev/null; done; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
exit "$code"`

const asOption = ([name, value]: [string, string]) => ['-c', `${name}=${value}`]

const clusterFailure = (what: string, stderr: string) =>
  new Failure(
    'CLUSTER_FAILED',
    `The throwaway PostgreSQL did not start: ${what}. ${stderr.trim().slice(-1500)}`.trim(),
    {
      hint:
        'Check free disk and memory, and that the temporary directory may be entered by the ' +
        'user that PostgreSQL runs as.',
    },
  )
