import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createLine } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { unprivilegedIdentity } from '@recovery-playbook/host'
import { needs } from '../../../test/support/needs.ts'
import {
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../../../test/support/postgres.ts'
import {
  dumpDatabase,
  dumpGlobals,
  dumpSchema,
  exportSnapshot,
  openSession,
  openSessionPatiently,
  parseConnection,
  type Session,
  troubleOf,
} from '../src/index.ts'

let directory: string
let certificate: string
let server: TestServer
let database: TestDatabase
beforeAll(async () => {
  directory = await mkdtemp('/tmp/tls-')
  certificate = await selfSigned()
  const hba = join(directory, 'pg_hba.conf')
  await writeFile(hba, `host all banned all reject\nhostssl all all all scram-sha-256\n`, {
    flag: 'a',
  })
  await writeFile(hba, `local all all scram-sha-256\n`, { flag: 'a' })
  const identity = unprivilegedIdentity()
  for (const file of [directory, certificate, keyOf(certificate), hba]) {
    if (identity !== undefined) await chown(file, identity.uid, identity.gid)
  }
  server = await startTestServer({
    ssl: 'on',
    ssl_cert_file: certificate,
    ssl_key_file: keyOf(certificate),
    hba_file: hba,
    listen_addresses: '127.0.0.1,::1',
  })
  database = await server.createDatabase()
  await database.administer(
    'CREATE TABLE public.reached (); GRANT SELECT ON public.reached TO PUBLIC',
  )
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

const keyOf = (path: string) => path.replace(/crt$/, 'key')

/** As Railway's: nobody vouches for it, and it is in another host's name. */
async function selfSigned(): Promise<string> {
  const path = join(directory, 'server.crt')
  await promisify(execFile)('openssl', [
    ...['req', '-new', '-x509', '-days', '2', '-nodes', '-subj', '/CN=elsewhere.example'],
    ...['-newkey', 'rsa:2048', '-out', path, '-keyout', keyOf(path)],
  ])
  return path
}

const open = (url: string) =>
  openSession(server.toolchain.psql, parseConnection(url), server.processes)

async function ask(url: string): Promise<Record<string, unknown> | undefined> {
  await using session = await open(url)
  const [row] = await session.query<Record<string, unknown>>(
    `SELECT ssl, current_setting('geqo') AS geqo, current_setting('statement_timeout') AS timeout,
       current_setting('application_name') AS application, current_database() = '${database.name}' AS here,
       coalesce(host(inet_server_addr()), 'socket') AS address
     FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
  )
  return row
}

const tcp = { ssl: true, here: true, address: '127.0.0.1', application: 'recovery-playbook' }
const changes: Record<string, [(url: string) => string, object]> = {
  'a self-signed certificate, as on Railway': [(url) => `${url}?sslmode=require`, tcp],
  'a certificate that is given': [
    (url) => `${url}?sslmode=verify-ca&sslrootcert=${certificate}`,
    tcp,
  ],
  'channel binding': [(url) => `${url}?sslmode=require&channel_binding=require`, tcp],
  'settings of its own': [
    (url) => `${url}?options=-c%20geqo%3Doff%20-c%20statement_timeout%3D2&application_name=me`,
    { ...tcp, geqo: 'off', timeout: '0', application: 'me' },
  ],
  'two hosts, the first of them down': [
    (url) => url.replace('@127.0.0.1:', '@127.0.0.1:1,127.0.0.1:'),
    tcp,
  ],
  'keepalives of its own': [
    (url) => `${url}?keepalives=1&keepalives_idle=30&keepalives_interval=5&tcp_user_timeout=60000`,
    tcp,
  ],
  'a state of the server': [(url) => `${url}?target_session_attrs=read-write`, tcp],
  'an address besides the name': [
    (url) => url.replace('@127.0.0.1', '@elsewhere.example') + '?hostaddr=127.0.0.1',
    tcp,
  ],
  'a name that the certificate has': [
    (url) =>
      url.replace('@127.0.0.1', '@elsewhere.example') +
      `?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=${certificate}`,
    tcp,
  ],
  'a Unix socket': [
    (url) => url.replace('@127.0.0.1', `@${encodeURIComponent(server.cluster.socketDirectory)}`),
    { ssl: false, here: true, address: 'socket' },
  ],
}

/** With what each of PostgreSQL's programs ends: what psql keeps may get lost on the way to another. */
async function programs(url: string): Promise<void> {
  const { toolchain, processes } = server
  const order = { toolchain, processes, connection: parseConnection(url) }
  expect(await dumpSchema(order)).toContain('CREATE TABLE public.reached')
  expect(await dumpGlobals(order)).toContain('CREATE ROLE')
}

test.each(Object.keys(changes))(
  'a URL with %s reaches the database, by psql, pg_dump and pg_dumpall',
  async (which) => {
    const [change, expected] = changes[which] ?? []
    const url = change?.(database.url) ?? ''
    expect(await ask(url)).toMatchObject(expected ?? {})
    await programs(url)
  },
)

test.each(['keepalives_idle', 'tcp_user_timeout', 'keepalives_count'])(
  '%s of a URL reaches every program',
  async (name) => {
    const url = `${database.url}?${name}=soon`
    const wrong = { message: expect.stringContaining(`invalid integer value "soon" for`) }
    await expect(ask(url)).rejects.toMatchObject(wrong)
    const { toolchain, processes } = server
    const order = { toolchain, processes, connection: parseConnection(url) }
    await expect(dumpSchema(order)).rejects.toMatchObject(wrong)
    // pg_dumpall does not say why it could not connect.
    await expect(dumpGlobals(order)).rejects.toMatchObject({ code: 'DUMP_FAILED' })
  },
)

test.each([
  ['no server may be reached without TLS', 'sslmode=disable', /no encryption/],
  ['a certificate is not vouched for', 'sslmode=verify-full&sslrootcert=/nowhere', /nowhere/],
  ['the server is no standby', 'target_session_attrs=standby', /standby/],
])('pg_dump and pg_dumpall refuse as psql does where %s', async (_, query, why) => {
  const { toolchain, processes } = server
  const connection = parseConnection(`${database.url}?${query}`)
  const order = { toolchain, processes, connection }
  await expect(dumpSchema(order)).rejects.toMatchObject({ message: expect.stringMatching(why) })
  await expect(dumpGlobals(order)).rejects.toMatchObject({ code: 'DUMP_FAILED' })
})

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
)

needs(hasIpv6, 'this machine has no IPv6')(
  'a URL with an IPv6 address reaches the database',
  async () => {
    const url = database.url.replace('@127.0.0.1', '@[::1]')
    expect(await ask(url)).toMatchObject({ ssl: true, here: true, address: '::1' })
  },
)

const refusals: Record<string, [(url: string) => string, RegExp, RegExp]> = {
  'a wrong password': [
    (url) => url.replace(/:p%40[^@]*@/, ':S3CRET@'),
    /password authentication failed/,
    /Copy the URL anew/,
  ],
  'a missing database': [
    (url) => url.replace(/\/[^/]*$/, '/nothing'),
    /database "nothing" does not exist/,
    /name after the last slash/,
  ],
  'a database that is closed to the role': [
    (url) => url.replace(/\/[^/]*$/, '/closed'),
    /permission denied for database/,
    /GRANT CONNECT/,
  ],
  'a port without a server': [
    (url) => url.replace(/:\d+\//, ':1/'),
    /Connection refused/,
    /server runs and accepts/,
  ],
  'a role that pg_hba.conf rejects': [
    (url) => url.replace(/\/\/[^:]*:/, '//banned:'),
    /pg_hba\.conf rejects/,
    /allowed addresses/,
  ],
  'no encryption where it is demanded': [
    (url) => `${url}?sslmode=disable`,
    /no pg_hba\.conf entry.*no encryption/,
    /sslmode=require/,
  ],
  'a role that has too many connections': [
    (url) => url.replace(/\/\/[^:]*:[^@]*@/, '//crowded:x@'),
    /too many connections/,
    /Close connections/,
  ],
  'a certificate that nobody vouches for': [
    (url) => `${url}?sslmode=verify-full&sslrootcert=${certificate}`,
    /does not match host name/,
    /self-signed, as on Railway/,
  ],
  'a certificate without an authority': [
    (url) => `${url}?sslmode=verify-full&sslrootcert=/nowhere`,
    /root certificate file "\/nowhere" does not exist/,
    /sslrootcert=system/,
  ],
  'a server in another state': [
    (url) => `${url}?target_session_attrs=standby`,
    /standby/,
    /target_session_attrs/,
  ],
  'an unknown host': [
    (url) => url.replace('127.0.0.1', 'nohost.invalid'),
    /could not translate host name/,
    /Check the host/,
  ],
}

test.each(Object.keys(refusals))('%s is told apart, with what to do now', async (which) => {
  const [change, message, hint] = refusals[which] ?? []
  await database.administer(`DO $$ BEGIN CREATE ROLE crowded LOGIN PASSWORD 'x' CONNECTION LIMIT 0;
    EXCEPTION WHEN duplicate_object THEN END $$`)
  await server.createDatabase({ name: 'closed', owner: 'somebody' }).catch(() => undefined)
  await database.administer('REVOKE CONNECT ON DATABASE closed FROM PUBLIC')
  const failure: unknown = await open(change?.(database.url) ?? '').catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'CONNECTION_FAILED',
    message: expect.stringMatching(message ?? ''),
    hint: expect.stringMatching(hint ?? ''),
  })
  expect(String(failure)).not.toContain('S3CRET')
})

test('a port where something else answers is told apart', async () => {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  try {
    await expect(open(database.url.replace(/:\d+\//, `:${port}/`))).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      hint: expect.stringContaining('not PostgreSQL'),
    })
  } finally {
    http.close()
  }
})

async function patiently(url: string, onSleep: (pause: number) => Promise<void> | void) {
  const pauses: number[] = []
  const lines: string[] = []
  const sleep = async (pause: number) => {
    pauses.push(pause)
    await onSleep(pause)
  }
  const patience = { sleep, onRetry: (line: string) => lines.push(line) }
  const { toolchain, processes } = server
  const outcome = await openSessionPatiently(
    toolchain.psql,
    parseConnection(url),
    processes,
    patience,
  ).catch((error: unknown) => error as Error)
  if ('query' in outcome) await outcome[Symbol.asyncDispose]()
  return { outcome, pauses, lines }
}

test('a server that is down for a moment does not cost the backup', async () => {
  const line = createLine((client) => {
    const upstream = connect(server.port, '127.0.0.1')
    for (const socket of [client, upstream]) socket.on('error', () => undefined)
    client.pipe(upstream).pipe(client)
  })
  const port = 1024 + ((server.port * 7) % 30_000)
  const url = database.url.replace(/:\d+\//, `:${port}/`)
  try {
    const { outcome, pauses, lines } = await patiently(url, async (pause) => {
      if (pause < 2000) return
      await new Promise<void>((resolve) => line.listen(port, '127.0.0.1', resolve))
    })
    expect(outcome).not.toBeInstanceOf(Error)
    expect(pauses).toEqual([1000, 2000])
    expect(lines[0]).toMatch(/Connection refused.*Trying again in 1 s/s)
  } finally {
    line.close()
  }
})

test('a server that stays down is given up after four pauses', async () => {
  const { outcome, pauses } = await patiently(
    database.url.replace(/:\d+\//, ':1/'),
    () => undefined,
  )
  expect(outcome).toMatchObject({ code: 'CONNECTION_FAILED' })
  expect(pauses).toEqual([1000, 2000, 4000, 8000])
})

test('a wrong password is tried once: a second one could lock the role', async () => {
  const wrong = database.url.replace(/:p%40[^@]*@/, ':S3CRET@')
  const { outcome, pauses } = await patiently(wrong, () => undefined)
  expect(outcome).toMatchObject({ code: 'CONNECTION_FAILED' })
  expect(pauses).toEqual([])
})

test('a server that dies under a session is lost, and refuses the next one', async () => {
  const other = await startTestServer()
  const { url } = await other.createDatabase()
  await using session = await open(url)
  const asked = session.query('SELECT pg_sleep(30)').catch((error: unknown) => error)
  await other[Symbol.asyncDispose]()
  expect(await asked).toMatchObject({
    code: 'CONNECTION_LOST',
    hint: expect.stringContaining('ended the connection'),
  })
  await expect(open(url)).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    hint: expect.stringContaining('server runs'),
  })
})

async function inTheMiddleOfACopy(session: Session): Promise<void> {
  const asked = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event = 'ClientWrite'`
  while ((await session.query(asked)).length === 0) await delay(50)
}

test('a server that dies under pg_dump fails the dump, and its message is told from a refusal', async () => {
  const dying = await startTestServer()
  const { toolchain, processes } = dying
  const { owner: connection } = await dying.createDatabase()
  await using session = await openSession(toolchain.psql, connection, processes)
  await session.execute(
    'CREATE TABLE public.wide AS SELECT repeat(md5(i::text), 300) AS x FROM generate_series(1, 9000) AS i',
  )
  await using snapshot = await exportSnapshot(toolchain.psql, connection, processes)
  const order = { toolchain, connection, processes, snapshot }
  const stalled = processes.start({
    program: '/bin/sh',
    arguments: ['-c', `until test -e ${directory}/dead; do sleep 0.1; done; cat`],
    environment: { PATH: '/usr/bin:/bin' },
  })
  stalled.stdout.resume()
  const { succeeded: broken } = dumpDatabase(order, stalled)
  await inTheMiddleOfACopy(session)
  await dying[Symbol.asyncDispose]()
  await writeFile(join(directory, 'dead'), '')
  await expect(broken).rejects.toMatchObject({ code: 'DUMP_FAILED' })
  const lost = await broken.catch((error: unknown) => String(error))
  expect(troubleOf(String(lost))?.hint).toContain('ended the connection')

  const said = await dumpSchema(order).catch((error: unknown) => String(error))
  expect(troubleOf(said)?.hint).toContain('server runs')
})
