import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryDirectory } from '@recovery-playbook/host'
import { startLocalGithub } from '@recovery-playbook/local-github'
import { startSampleDatabase } from '../../../test/support/postgres.ts'
import { type Arguments, damages } from './arguments.ts'
import { damageStored, endNextDump } from './damage.ts'
import { keepDocuments } from './documents.ts'
import { startJob } from './job.ts'

/**
 * The whole recovery on this machine: sample data, tag, export, drill, with the bundles that are
 * committed, run as GitHub's runner runs them.
 *
 * @returns the exit code of the step that failed, or 0
 */
export async function demonstrate(
  { damage, rows }: Arguments,
  say: (line: string) => void,
  stopped: AbortSignal,
): Promise<number> {
  if (damage !== undefined) say(`On the way, ${damages[damage]}.\n`)
  const started = performance.now()
  say(`▸ Fill a throwaway PostgreSQL with ${rows} rows, and start a GitHub on this machine`)
  await using directory = await temporaryDirectory(tmpdir())
  await using sample = await startSampleDatabase({ rows })
  await using github = await startLocalGithub({ directory: join(directory.path, 'github') })
  say(`${((performance.now() - started) / 1000).toFixed(1)} s`)

  const passphrase = newPassphrase()
  const job = await startJob(github, join(directory.path, 'runner'), say, stopped)
  await job.step('create-backup-tag', { description: 'the first drill' })
  const exported = new AbortController()
  const ended = damage === 'dump' ? endNextDump(sample, exported.signal) : undefined
  await job.step('pg-export-release', { 'database-url': sample.url, passphrase })
  exported.abort()
  await ended
  if (job.exitCode() === 0) await damageStored(damage, github, passphrase)
  await job.step('verify-restore', {
    passphrase: damage === 'passphrase' ? newPassphrase() : passphrase,
  })

  const folder = await keepDocuments(github, job)
  say(`\nJob summary, release notes and RESTORE.md: ${folder}`)
  say(`Exit code ${job.exitCode()} after ${((performance.now() - started) / 1000).toFixed(0)} s.`)
  return job.exitCode()
}

const newPassphrase = () => randomBytes(24).toString('base64')
