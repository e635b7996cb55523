import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, type FailureCode } from '@recovery-playbook/failure'
import type { Connection, Toolchain } from '@recovery-playbook/postgres'
import {
  childEnvironment,
  type Ending,
  endingInWords,
  findProgram,
  type Processes,
} from '@recovery-playbook/processes'

/** All that RESTORE.md may need beside the client of PostgreSQL; sha256sum, cat and mkdir are coreutils. */
const standardPrograms = ['bash', 'curl', 'sha256sum', 'cat', 'mkdir', 'gpg', 'zstd'] as const

export interface Following {
  /** RESTORE.md, whose every byte is known to be ours. */
  readonly document: string
  /** Typed when the document asks, in this order. */
  readonly answers: readonly string[]
  /** Where the new PostgreSQL is. */
  readonly connection: Connection
  readonly toolchain: Toolchain
  readonly processes: Processes
  readonly searchPath: string
  /** A private directory. */
  readonly directory: string
}

/**
 * Does what a person would do: types the blocks of RESTORE.md into bash, one after the other, with
 * nothing but standard programs on the PATH and an empty HOME.
 *
 * @throws Failure RESTORE_FAILED with the last that was said
 */
export async function followDocument(following: Following): Promise<void> {
  const { document, answers, connection, processes, directory } = following
  const home = join(directory, 'by-hand')
  await mkdir(home, { mode: 0o700 })
  const programs = await programsAlone(following, join(home, 'programs'))
  const script = join(home, 'script')
  const blocks = [...document.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block ?? '')
  await writeFile(script, blocks.join(''), { mode: 0o600 })
  const work = join(home, 'work')
  await mkdir(work, { mode: 0o700 })
  const { PGDATABASE: _, ...server } = connection.environment
  const environment = { ...childEnvironment, ...server, HOME: home, PATH: programs }
  const bash = join(programs, 'bash')
  const child = processes.start({
    program: bash,
    arguments: [script],
    environment,
    directory: work,
  })
  child.stdin.end(answers.map((answer) => `${answer}\n`).join(''))
  child.stdout.resume()
  const ending = await child.ending
  await endAgent(following, environment)
  if (ending.code !== 0) throw notRestored(ending)
}

/** A directory in which these programs are, and no other. */
async function programsAlone(
  { searchPath, toolchain }: Following,
  directory: string,
): Promise<string> {
  await mkdir(directory, { mode: 0o755 })
  for (const name of standardPrograms) {
    const path = await findProgram(searchPath, name)
    if (path === undefined) throw missing(name)
    await symlink(path, join(directory, name))
  }
  const { psql, pgRestore } = toolchain
  const createdb = psql.replace(/psql$/, 'createdb')
  for (const [name, path] of Object.entries({ psql, pg_restore: pgRestore, createdb })) {
    await symlink(path, join(directory, name))
  }
  return directory
}

/** gpg starts one that would stay. */
async function endAgent({ processes, searchPath }: Following, environment: Record<string, string>) {
  const program = await findProgram(searchPath, 'gpgconf')
  if (program === undefined) return
  const child = processes.start({ program, arguments: ['--kill', 'all'], environment })
  child.stdin.end()
  child.stdout.resume()
  await child.ending
}

const missing = (name: string) =>
  new Failure('TOOLCHAIN_MISSING', `The program ${name}, which RESTORE.md needs, is not here.`, {
    hint: `Install it: sudo apt-get install --yes ${name === 'gpg' ? 'gnupg' : name}`,
  })

/** What says nothing against the backup: it lies with who restores, or with this machine. */
const circumstances: readonly (readonly [RegExp, FailureCode, string])[] = [
  [
    /superuser|permission denied (to create|for language)/i,
    'NOT_PROVED',
    'A drill by hand restores as a role that is no superuser, and the message names what needs one. On the day, follow RESTORE.md as a superuser; drill this database without `by-hand`.',
  ],
  [
    /extension ".*" is not available|could not open extension control file/,
    'EXTENSION_MISSING',
    'Install it for this PostgreSQL before the drill: nothing is said against the backup.',
  ],
  [
    /invalid (LC_COLLATE |LC_CTYPE )?locale name|could not open collator for locale/i,
    'LOCALE_MISSING',
    'Install the locale before the drill (sudo apt-get install locales-all): nothing is said against the backup.',
  ],
]

const fault = [/./, 'RESTORE_FAILED', 'A person would have come no further.'] as const

function notRestored(ending: Ending): Failure {
  const said = ending.stderr.trim().split('\n').slice(-8).join('\n')
  const [, code, hint] = circumstances.find(([pattern]) => pattern.test(said)) ?? fault
  return new Failure(code, `RESTORE.md ended with ${endingInWords(ending)}:\n${said}`, { hint })
}
