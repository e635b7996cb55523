import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childProcesses, temporaryDirectory } from '@recovery-playbook/host'
import { openSession } from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'
import {
  fillSample,
  startTestServer,
  type TestDatabase,
  type TestServer,
} from '../support/postgres.ts'
import { type Bundles, startBundles } from './bundles.ts'
import { defaultSettings } from './default-settings.ts'
import { type Shell, shellIn } from './shell.ts'

/** What all variants share: the same data, passphrase and disk. */
export interface Stage {
  /** Holds the sample; has PostgreSQL's default settings. */
  readonly source: TestServer
  readonly sample: TestDatabase
  /** Bytes of the sample on the server's disk. */
  readonly databaseBytes: number
  /** Where a recovery by hand goes; has PostgreSQL's default settings. */
  readonly target: TestServer
  readonly passphrase: string
  /** In a directory with the file `passphrase`. */
  readonly shell: Shell
  readonly bundles: Bundles
  /** Ends its children when the benchmark is stopped. */
  readonly processes: Processes
  [Symbol.asyncDispose](): Promise<void>
}

/** Of the sample's rows; about 1800 of them are 1 MB on disk. */
const rowsPerMegabyte = 1800

export async function setStage(megabytes: number, signal: AbortSignal): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const { path: directory } = opened.use(await temporaryDirectory(tmpdir()))
  const source = opened.use(await startTestServer(defaultSettings))
  const target = opened.use(await startTestServer(defaultSettings))
  const bundles = opened.use(await startBundles(directory, signal))
  signal.throwIfAborted()

  const passphrase = randomBytes(24).toString('base64')
  const desk = join(directory, 'desk')
  await mkdir(join(desk, 'gnupg'), { recursive: true, mode: 0o700 })
  await writeFile(join(desk, 'passphrase'), passphrase, { mode: 0o600 })
  const shell = shellIn(desk, environmentOf(desk, source), signal)
  const clearing = shellIn(desk, environmentOf(desk, source), new AbortController().signal)
  opened.defer(() => clearing('gpgconf --kill gpg-agent'))

  const processes = childProcesses(signal)
  const sample = await source.createDatabase({ name: 'journal', owner: 'journal_app' })
  const filling = { toolchain: source.toolchain, processes }
  await fillSample(filling, sample.owner, { rows: megabytes * rowsPerMegabyte, seed: 1 })
  const databaseBytes = await rest(sample, filling)

  const everything = opened.move()
  return {
    ...{ source, sample, databaseBytes, target, passphrase, shell, bundles, processes },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** The server's own programs first: Debian's wrapper picks a major by itself. */
const environmentOf = (desk: string, { toolchain }: TestServer) => ({
  PATH: `${toolchain.directory}:${process.env.PATH ?? ''}`,
  HOME: desk,
  GNUPGHOME: join(desk, 'gnupg'),
  LC_ALL: 'C',
})

/**
 * Does what autovacuum would do during the first variant, and reads all of the data once.
 *
 * @returns bytes of the database on disk
 */
async function rest(
  { superuser }: TestDatabase,
  { toolchain, processes }: Pick<TestServer, 'toolchain' | 'processes'>,
): Promise<number> {
  await using session = await openSession(toolchain.psql, superuser, processes)
  await session.execute('VACUUM (FREEZE, ANALYZE)')
  await session.execute('CHECKPOINT')
  const [size] = await session.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  )
  return size?.bytes ?? 0
}
