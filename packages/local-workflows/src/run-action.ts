import { chmod, chown, mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { inputDefaults, readActionFile } from './action-file.ts'
import { runChild } from './child.ts'
import { commandFiles, type Identity } from './command-files.ts'
import { maskingLog } from './masking-log.ts'

export interface ActionRun {
  /** The folder that holds `action.yml` and `dist/`. */
  readonly action: string
  readonly inputs: Readonly<Record<string, string>>
  readonly github: {
    readonly apiUrl: string
    readonly token: string
    readonly repository: string
    readonly commit: string
  }
  /** Where the run's files live: `RUNNER_TEMP` and the command files are made in here. */
  readonly directory: string
  readonly log?: (line: string) => void
  /** More variables of the job's environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** Run as another user; only root can. */
  readonly identity?: Identity
  readonly signal?: AbortSignal
  readonly onStart?: (pid: number) => void
}

export interface ActionResult {
  readonly exitCode: number | null
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** Everything that was printed, masked as the runner masks it. */
  readonly log: string
  /** Everything that was printed before masking: only for looking for leaks. */
  readonly raw: string
}

/**
 * Runs a JavaScript action as GitHub's runner does: its bundle under Node 24, its inputs as `INPUT_*`,
 * its outputs and summary through the files that `GITHUB_*` names, its output masked line by line.
 */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  const file = await readActionFile(run.action)
  const unknown = Object.keys(run.inputs).find((name) => !(name in file.inputs))
  if (unknown !== undefined) throw new Error(`${run.action}: there is no input '${unknown}'`)
  await mkdir(run.directory, { recursive: true })
  const step = await mkdtemp(join(run.directory, 'step-'))
  const temporary = join(step, 'temp')
  await mkdir(temporary)
  // As RUNNER_TEMP on GitHub's runners: others may pass.
  await chmod(step, 0o755)
  const files = await commandFiles(step, run.identity)
  if (run.identity !== undefined) {
    const { uid, gid } = run.identity
    for (const path of [step, temporary]) await chown(path, uid, gid)
  }
  const lines: string[] = []
  const raw: string[] = []
  const show = maskingLog((line) => {
    lines.push(line)
    run.log?.(line)
  })

  const inputs = { ...inputDefaults(file, run.github.token), ...run.inputs }
  const exitCode = await runChild({
    ...run,
    program: process.execPath,
    arguments: [join(run.action, file.runs.main)],
    directory: step,
    environment: {
      ...jobEnvironment(run, temporary),
      ...files.environment,
      ...inputEnvironment(inputs),
    },
    line: (line) => {
      raw.push(line)
      show(line)
    },
  })
  const { outputs, summary } = await files.read()
  return { exitCode, outputs, summary, log: lines.join('\n'), raw: raw.join('\n') }
}

export const inputEnvironment = (inputs: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      value,
    ]),
  )

const jobEnvironment = ({ github, environment }: ActionRun, temporary: string) => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  LANG: 'C.UTF-8',
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_API_URL: github.apiUrl,
  GITHUB_SERVER_URL: github.apiUrl,
  GITHUB_REPOSITORY: github.repository,
  GITHUB_SHA: github.commit,
  GITHUB_RUN_ID: '1',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_EVENT_NAME: 'workflow_dispatch',
  RUNNER_OS: 'Linux',
  RUNNER_TEMP: temporary,
  ...environment,
})
