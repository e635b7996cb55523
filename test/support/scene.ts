import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@recovery-playbook/host'
import {
  type LocalGithub,
  type LocalGithubSettings,
  startLocalGithub,
} from '@recovery-playbook/local-github'
import { type ActionResult, type ActionRun, runAction } from '@recovery-playbook/local-workflows'
import type { Toolchain } from '@recovery-playbook/postgres'
import { type SampleDatabase, startSampleDatabase } from './postgres.ts'

type Action = 'create-backup-tag' | 'pg-export-release' | 'verify-restore'
type Inputs = Readonly<Record<string, string>>

export interface RunOptions extends Pick<
  ActionRun,
  'log' | 'environment' | 'identity' | 'signal' | 'onStart'
> {
  /** What differs from the scene's GitHub: a token with fewer rights, another repository. */
  readonly github?: Partial<ActionRun['github']>
}

/** A database, a GitHub and a passphrase, for runs of the committed bundles. */
export interface Scene {
  readonly sample: SampleDatabase
  readonly github: LocalGithub
  readonly passphrase: string
  /** Everything that the runs leave on disk is in here; the database and its server are not. */
  readonly directory: string
  /** The newest commit of the repository. */
  readonly commit: string
  /** An action's bundle, with these inputs alone. */
  run(action: Action, inputs: Inputs, options?: RunOptions): Promise<ActionResult>
  /** pg-export-release of the sample with the scene's passphrase; `inputs` add and overrule. */
  exportRelease(inputs?: Inputs, options?: RunOptions): Promise<ActionResult>
  /** pg-export-release, which has to succeed. Returns the recovery point's tag. */
  publish(inputs?: Inputs): Promise<string>
  /** verify-restore with the scene's passphrase; `inputs` add and overrule. */
  drill(inputs?: Inputs, options?: RunOptions): Promise<ActionResult>
  /** So many requests the API has had; what it redirects to is none of them. */
  asked(): number
  /** Paths of all that the runs left in their RUNNER_TEMP, but for what they keep for later steps. */
  leftovers(): Promise<string[]>
  /** Numbers of the processes that still work inside `directory`, such as a throwaway server's. */
  survivors(): Promise<number[]>
  [Symbol.asyncDispose](): Promise<void>
}

export interface SceneOptions {
  /** Of all tables together. */
  readonly rows?: number
  readonly github?: Omit<LocalGithubSettings, 'directory'>
  /** The server's, where it is not the machine's newest. */
  readonly toolchain?: Toolchain | undefined
}

export async function openScene({
  rows = 2000,
  github: settings,
  toolchain,
}: SceneOptions = {}): Promise<Scene> {
  await using opened = new AsyncDisposableStack()
  const { path: directory } = opened.use(await temporaryDirectory(tmpdir()))
  const sample = opened.use(await startSampleDatabase({ rows, toolchain }))
  const github = opened.use(
    await startLocalGithub({
      // Many runs in one hour.
      rateLimit: 15_000,
      ...settings,
      directory: join(directory, 'github'),
    }),
  )
  const commit = await newestCommit(github)
  const passphrase = newPassphrase()
  const runner = join(directory, 'runner')
  await mkdir(runner)
  const { apiUrl, token, repository } = github

  const run: Scene['run'] = (action, inputs, { github: other, ...options } = {}) =>
    runAction({
      ...options,
      action: join(import.meta.dirname, '..', '..', 'actions', action),
      inputs,
      github: { apiUrl, token, repository, commit, ...other },
      directory: runner,
    })
  const exportRelease: Scene['exportRelease'] = (inputs, options) =>
    run('pg-export-release', { 'database-url': sample.url, passphrase, ...inputs }, options)

  const everything = opened.move()
  return {
    ...{ sample, github, passphrase, directory, commit, run, exportRelease },
    async publish(inputs) {
      const { exitCode, outputs, log } = await exportRelease(inputs)
      if (exitCode !== 0)
        throw new Error(`the export ended with ${exitCode ?? 'a signal'}:\n${log}`)
      return outputs['recovery-point'] ?? ''
    },
    drill: (inputs, options) => run('verify-restore', { passphrase, ...inputs }, options),
    asked: () => github.requests().filter(({ origin }) => origin === 'api').length,
    leftovers: () => leftoversIn(runner),
    survivors: () => processesIn(directory),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

export const newPassphrase = (): string => randomBytes(24).toString('base64')

/** Of the default branch. */
export async function newestCommit(github: LocalGithub): Promise<string> {
  const words = ['--git-dir', github.gitDirectory(), 'rev-parse', '--verify', 'HEAD']
  const { stdout } = await promisify(execFile)('git', words)
  return stdout.trim()
}

async function leftoversIn(runner: string): Promise<string[]> {
  const paths = await readdir(runner, { recursive: true })
  return paths.filter((path) => /^step-[^/]+\/temp\/(?!kept-)./.test(path))
}

/** A PostgreSQL server and all its children have their data directory as the working directory. */
async function processesIn(directory: string): Promise<number[]> {
  const numbers = (await readdir('/proc')).map(Number).filter(Number.isInteger)
  const places = await Promise.all(
    numbers.map((number) => readlink(`/proc/${number}/cwd`).catch(() => '')),
  )
  return numbers.filter((_, index) => places[index]?.startsWith(`${directory}/`))
}
