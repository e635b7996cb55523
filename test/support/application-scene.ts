import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from '@recovery-playbook/host'
import type { ActionResult } from '@recovery-playbook/local-workflows'
import type { TestDatabase } from './postgres.ts'
import { openScene, type RunOptions, type Scene } from './scene.ts'

const run = promisify(execFile)

/** The distribution's own: another user than root has to be able to start it. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

const source = join(import.meta.dirname, '..', 'application')

/** What the sample application is given where nothing is to be seen of the real values. */
const standIns = { SECRET_KEY: 'only-for-drills', ALLOWED_HOSTS: 'localhost,127.0.0.1' }

/** The sample application with its data, its repository and its requirements. */
export interface ApplicationScene extends Scene {
  readonly database: TestDatabase
  /** A clone with its whole history. */
  readonly workspace: string
  /** A virtual environment with the application's requirements, which `set-up` may link to. */
  readonly environment: string
  /** Commits what was changed in the workspace, on GitHub as well. Returns the commit. */
  commitAll(message: string): Promise<string>
  /** git in the workspace. */
  git(...words: string[]): Promise<string>
  /** Writes a file of the workspace, given what it held. */
  edit(path: string, change: (text: string) => string): Promise<void>
  /** manage.py of the workspace, on the database that is backed up. */
  manage(words: readonly string[], variables?: Readonly<Record<string, string>>): Promise<string>
  /** pg-export-release of the application's database, at the workspace's newest commit. */
  exportApplication(
    inputs?: Readonly<Record<string, string>>,
    options?: RunOptions,
  ): Promise<ActionResult>
  /** verify-restore with a description of the application. */
  drillApplication(
    application: string,
    inputs?: Readonly<Record<string, string>>,
    options?: RunOptions,
  ): Promise<ActionResult>
}

export async function openApplicationScene(): Promise<ApplicationScene> {
  await using opened = new AsyncDisposableStack()
  const scene = opened.use(await openScene({ rows: 100 }))
  const { path } = opened.use(await temporaryDirectory(tmpdir()))
  await chmod(path, 0o755)
  const environment = join(path, 'environment')
  await run(python, ['-m', 'venv', environment])
  await run(join(environment, 'bin/pip'), [
    ...['install', '--quiet', '--disable-pip-version-check', '--no-compile'],
    ...['--requirement', join(source, 'requirements.txt')],
  ])

  const workspace = join(path, 'workspace')
  await run('git', ['clone', '--quiet', scene.github.gitDirectory(), workspace])
  await cp(source, workspace, { recursive: true, filter: isSource })
  const git = async (...words: string[]) =>
    (await run('git', [...author, '-C', workspace, ...words])).stdout.trim()
  let commit = ''
  const commitAll = async (message: string) => {
    await git('add', '--all')
    await git('commit', '--quiet', '--message', message)
    await git('push', '--quiet', 'origin', 'HEAD:main')
    commit = await git('rev-parse', 'HEAD')
    return commit
  }
  await commitAll('The application')

  const database = await scene.sample.server.createDatabase({
    name: 'wellbeing',
    owner: 'wellbeing',
  })
  const manage = async (words: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const variables = {
      ...more,
      ...standIns,
      DATABASE_URL: database.url,
      PATH: process.env.PATH ?? '',
    }
    const command = [join(workspace, 'manage.py'), ...words]
    return (await run(join(environment, 'bin/python'), command, { cwd: workspace, env: variables }))
      .stdout
  }
  await manage(['migrate', '--noinput'])
  await manage(['load_initial_data'])
  await manage(['make_sample_data', '--users', '3', '--demo-password', demoPassword])
  // Sample data is the same whenever it is made.
  await database.execute('UPDATE journal_entry SET written_at = now() WHERE id % 10 = 1')

  const everything = opened.move()
  const at = (options: RunOptions = {}): RunOptions => ({
    ...options,
    github: { commit, ...options.github },
    environment: { GITHUB_WORKSPACE: workspace, ...certificates, ...options.environment },
  })
  return {
    ...scene,
    ...{ database, workspace, environment, git, commitAll, manage },
    edit: async (file, change) => {
      const place = join(workspace, file)
      const text = existsSync(place) ? await readFile(place, 'utf8') : ''
      await mkdir(join(place, '..'), { recursive: true })
      await writeFile(place, change(text))
    },
    exportApplication: (inputs, options) =>
      scene.exportRelease({ 'database-url': database.url, ...inputs }, at(options)),
    drillApplication: (application, inputs, options) =>
      scene.drill({ application, ...inputs }, at(options)),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}

/** How the sample application is drilled: `set-up` links to what the tests have installed once. */
export const described = (
  { environment }: Pick<ApplicationScene, 'environment'>,
  {
    setUp = `\n  - ln -s ${environment} .venv`,
    django = ' true',
    checks = usual,
    env = '',
    more = '',
  } = {},
) => `
set-up:${setUp}
drill-env:
  SECRET_KEY: only-for-drills${env}
django:${django}
checks:${checks}
serve:
  run: .venv/bin/gunicorn wellbeing.wsgi --bind 127.0.0.1:$PORT --no-control-socket
  ready: /health/
visits:
  - visit: /
    title: Wellbeing
  - log-in: /login/
    ends-at: /dashboard/
  - visit: /journal/
    title: Journal – Wellbeing
  - visit: /moods/
  - visit: /goals/
  - visit: /measurements/
  - visit: /coaching/
    text:
      - 'The coach is unavailable: it is not set up here.'
      - The coach says
${more}
`

const usual = `
  - name: Users are back
    sql: select count(*) from users_user
    expect: '>= 3'
  - name: Somebody wrote lately
    sql: select max(written_at) from journal_entry
    younger-than: 24h`

export const demoPassword = 'walk-in-the-rain'

const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid']

const isSource = (path: string) => !/\/(\.venv|staticfiles|__pycache__)$/.test(path)

const certificates = Object.fromEntries(
  ['SSL_CERT_FILE', 'PIP_CERT'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  }),
)
