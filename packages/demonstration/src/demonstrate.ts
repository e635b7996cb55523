import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '@recovery-playbook/host'
import { startLocalGithub } from '@recovery-playbook/local-github'
import { publishFiles, runWorkflow, type WorkflowResult } from '@recovery-playbook/local-workflows'
import { startSampleDatabase } from '../../../test/support/postgres.ts'
import { type Arguments, damages } from './arguments.ts'
import { damageStored, endNextDump } from './damage.ts'
import { keepDocuments } from './documents.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** The actions are taken from here, as those of a release are taken from its tag. */
const checkouts = { 'recovery-playbook/recovery-playbook': root }

const event = { name: 'workflow_dispatch' }

/**
 * The whole recovery on this machine: sample data, and `backup.yml` as it stands, with the bundles that
 * are committed. Where something is damaged on the way, the export and the drill are two runs: one of
 * `backup.yml` without drills, and then `restore-drill.yml`.
 *
 * @returns the exit code of the step that failed, or 0
 */
export async function demonstrate(
  { damage, rows }: Arguments,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  if (damage !== undefined) say(`On the way, ${damages[damage]}.\n`)
  const started = performance.now()
  say(`▸ Fill a throwaway PostgreSQL with ${rows} rows, and start a GitHub on this machine`)
  await using directory = await temporaryDirectory(tmpdir())
  await using sample = await startSampleDatabase({ rows })
  await using github = await startLocalGithub({ directory: join(directory.path, 'github') })
  await publishFiles(github, { from: root, paths: ['.github/workflows'] })
  say(`${((performance.now() - started) / 1000).toFixed(1)} s`)

  const passphrase = newPassphrase()
  const run = async (name: string, inputs = {}, secret = passphrase) => {
    say(`\n${name}`)
    const secrets = { DATABASE_PUBLIC_URL: sample.url, BACKUP_PASSPHRASE: secret }
    const file = `.github/workflows/${name}`
    return runWorkflow({
      file,
      event,
      inputs,
      checkouts,
      secrets,
      github,
      signal,
      directory: directory.path,
      log: say,
    })
  }
  const results: WorkflowResult[] = []
  if (damage === undefined) {
    results.push(await run('backup.yml'))
  } else {
    const exported = new AbortController()
    const ended = damage === 'dump' ? endNextDump(sample, exported.signal) : undefined
    results.push(await run('backup.yml', { drills: 'none' }))
    exported.abort()
    await ended
    if (exitCode(results) === 0 && !signal.aborted) {
      await damageStored(damage, github, passphrase)
      const secret = damage === 'passphrase' ? newPassphrase() : passphrase
      results.push(await run('restore-drill.yml', {}, secret))
    }
  }

  const folder = await keepDocuments(github, results)
  say(`\nJob summary, release notes and RESTORE.md: ${folder}`)
  say(
    `Exit code ${exitCode(results)} after ${((performance.now() - started) / 1000).toFixed(0)} s.`,
  )
  return exitCode(results)
}

/** Of the first step that failed; 1 for a run that failed or was cancelled without one. */
function exitCode(results: readonly WorkflowResult[]): number {
  const steps = results.flatMap(({ jobs }) => jobs).flatMap((job) => job.steps)
  const failed = steps.find(({ conclusion }) => conclusion === 'failure')
  const ended = results.every(({ conclusion }) => conclusion === 'success') ? 0 : 1
  return failed?.exitCode ?? ended
}

const newPassphrase = () => randomBytes(24).toString('base64')
