import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestDatabase, TestServer } from '../../../test/support/postgres.ts'
import {
  beginFingerprint,
  dumpDatabase,
  exportSnapshot,
  type Fingerprint,
  restoreDatabase,
  type RestoreReport,
  startThrowaway,
} from '../src/index.ts'
import { unprivilegedIdentity } from '@recovery-playbook/host'

/** Dumps a database and takes its fingerprint in the same snapshot. */
export async function backUp(
  { toolchain, processes }: TestServer,
  { owner: connection }: Pick<TestDatabase, 'owner'>,
  archive: string,
): Promise<Fingerprint> {
  await using snapshot = await exportSnapshot(toolchain.psql, connection, processes)
  const order = { toolchain, connection, snapshot, processes }
  await using fingerprint = await beginFingerprint({ ...order, sessions: 2 })
  await using file = await open(archive, 'w')
  await dumpDatabase(order, file).succeeded
  return await fingerprint.finish()
}

export interface Restored extends RestoreReport, AsyncDisposable {}

/** Restores into a throwaway cluster of its own. */
export async function restore(
  { toolchain, processes }: TestServer,
  fingerprint: Fingerprint,
  archive: string,
): Promise<Restored> {
  const cluster = await startThrowaway({
    toolchain,
    processes,
    parentDirectory: tmpdir(),
    identity: unprivilegedIdentity(),
  })
  try {
    const report = await restoreDatabase({ cluster, fingerprint, archive, jobs: 2, processes })
    return { ...report, [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() }
  } catch (error) {
    await cluster[Symbol.asyncDispose]()
    throw error
  }
}

export interface Scratch extends AsyncDisposable {
  readonly archive: string
  readonly directory: string
}

export async function scratch(): Promise<Scratch> {
  const directory = await mkdtemp(join(tmpdir(), 'scratch-'))
  return {
    directory,
    archive: join(directory, 'database.dump'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
