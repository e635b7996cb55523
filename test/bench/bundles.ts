import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runAction } from '@recovery-playbook/local-workflows'
import { peakMemory } from '../../packages/local-github/test/child.ts'
import { type Chapter, chaptersIn } from './chapters.ts'
import { startGithub } from './github.ts'

export interface BundleRun {
  /** The most memory that the action's own process had resident, in bytes. */
  readonly peak: number
  readonly chapters: readonly Chapter[]
}

/** Our actions' bundles, as GitHub's runner starts them. */
export interface Bundles extends AsyncDisposable {
  /** @throws Error with the log, unless the action succeeds */
  run(
    action: 'pg-export-release' | 'verify-restore',
    inputs: Readonly<Record<string, string>>,
  ): Promise<BundleRun>
}

export async function startBundles(directory: string, signal: AbortSignal): Promise<Bundles> {
  await using opened = new AsyncDisposableStack()
  const github = opened.use(await startGithub(join(directory, 'github')))
  const { apiUrl, token, repository, gitDirectory } = github
  const words = ['--git-dir', gitDirectory, 'rev-parse', '--verify', 'HEAD']
  const { stdout } = await promisify(execFile)('git', words)
  const everything = opened.move()
  return {
    run: (action, inputs) =>
      observed((onStart) =>
        runAction({
          action: join(import.meta.dirname, '..', '..', 'actions', action),
          inputs,
          github: { apiUrl, token, repository, commit: stdout.trim() },
          directory: join(directory, 'runner'),
          signal,
          onStart,
        }),
      ),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

async function observed(
  start: (onStart: (pid: number) => void) => ReturnType<typeof runAction>,
): Promise<BundleRun> {
  let peak = 0
  let reading: NodeJS.Timeout | undefined
  const { exitCode, log } = await start((pid) => {
    reading = setInterval(() => {
      // The kernel keeps the maximum; the last reading before the end has it.
      peakMemory(pid).then(
        (bytes) => {
          peak = Math.max(peak, bytes || 0)
        },
        () => undefined,
      )
    }, 50)
  }).finally(() => {
    clearInterval(reading)
  })
  if (exitCode !== 0) throw new Error(`the action ended with ${exitCode ?? 'a signal'}:\n${log}`)
  return { peak, chapters: chaptersIn(log) }
}
