import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { temporaryDirectory } from '@recovery-playbook/host'
import { type ActionRun, runAction } from '@recovery-playbook/local-workflows'
import { openSession } from '@recovery-playbook/postgres'
import { startChild } from '../../packages/local-github/test/child.ts'
import { peakWatch } from '../support/peak-watch.ts'
import { type SampleDatabase, startSampleDatabase } from '../support/postgres.ts'

const root = join(import.meta.dirname, '..', '..')
const MB = 1_000_000

test('Memory is flat: the same peak (within 10%) for a 1 GB and a 3 GB database, at four uploads', async () => {
  const small = await measure(2_000_000)
  const large = await measure(6_000_000)
  const inMB = (bytes: number) => `${(bytes / MB).toFixed(0)} MB`
  process.stdout.write(
    [small, large]
      .map(
        ({ database, exporting, verifying }) =>
          `database ${inMB(database)}: pg-export-release ${inMB(exporting)}, verify-restore ${inMB(verifying)}\n`,
      )
      .join(''),
  )
  expect(small.database / MB).toBeGreaterThan(800)
  expect(large.database / small.database).toBeGreaterThan(2.8)
  for (const { overlap } of [small, large]) expect(overlap).toBe(4)
  for (const { exporting, verifying } of [small, large]) {
    expect(exporting / MB).toBeLessThan(400)
    expect(verifying / MB).toBeLessThan(400)
  }
  expect(large.exporting / small.exporting).toBeLessThan(1.1)
  expect(large.verifying / small.verifying).toBeLessThan(1.1)
})

/**
 * Peaks of both actions' own processes, in bytes. GitHub is another process, and so are PostgreSQL and
 * its programs: what they need does not count.
 */
async function measure(rows: number) {
  await using directory = await temporaryDirectory(tmpdir())
  await using sample = await startSampleDatabase({ rows })
  const github = await startChild(join(directory.path, 'github'))
  try {
    const passphrase = randomBytes(24).toString('base64')
    const { apiUrl, token, repository } = github
    const commit = await newestCommit(github)
    const common = {
      github: { apiUrl, token, repository, commit },
      directory: join(directory.path, 'runner'),
    }
    // Slower than parts are made: uploads pile up to as many as there may be.
    await slowUploads(apiUrl)
    const uploads = watchUploads(apiUrl)
    const exporting = await peakOf({
      ...common,
      action: join(root, 'actions/pg-export-release'),
      inputs: { 'database-url': sample.url, passphrase },
    })
    const overlap = await uploads.most()
    const verifying = await peakOf({
      ...common,
      action: join(root, 'actions/verify-restore'),
      inputs: { passphrase },
    })
    return { database: await bytesOf(sample), exporting, verifying, overlap }
  } finally {
    await github.stop()
  }
}

async function slowUploads(apiUrl: string): Promise<void> {
  const uploads = { method: 'POST', origin: 'upload', path: '/**', times: 10_000 }
  const fault = { kind: 'slow', bytesPerSecond: 2 * MB, ...uploads }
  const body = JSON.stringify(fault)
  const { status } = await fetch(`${apiUrl}/_local/faults`, { method: 'POST', body })
  expect(status).toBe(201)
}

/** How many uploads GitHub had under way at once: those without an answer yet. */
function watchUploads(apiUrl: string) {
  const stop = new AbortController()
  let most = 0
  const watching = (async () => {
    while (!stop.signal.aborted) {
      const response = await fetch(`${apiUrl}/_local/requests`)
      const all = (await response.json()) as { origin: string; status: number }[]
      const open = all.filter(({ origin, status }) => origin === 'upload' && status === 0)
      most = Math.max(most, open.length)
      await delay(200)
    }
  })()
  return {
    most: async () => {
      stop.abort()
      await watching
      return most
    },
  }
}

/** @returns the most memory that the action's process ever had resident, in bytes */
async function peakOf(run: ActionRun): Promise<number> {
  const watch = peakWatch()
  const { exitCode, log } = await runAction({ ...run, ...watch })
  expect({ exitCode, log }).toMatchObject({ exitCode: 0 })
  return watch.peak()
}

async function newestCommit({ apiUrl, token, repository }: Readonly<Record<string, unknown>>) {
  const response = await fetch(`${String(apiUrl)}/repos/${String(repository)}/commits/HEAD`, {
    headers: { authorization: `Bearer ${String(token)}` },
  })
  return ((await response.json()) as { sha: string }).sha
}

async function bytesOf({ server, superuser }: SampleDatabase): Promise<number> {
  await using session = await openSession(server.toolchain.psql, superuser, server.processes)
  const [size] = await session.query<{ bytes: number }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  )
  return size?.bytes ?? 0
}
