import type { Tree } from '../tree.ts'
import { textAt, valueAt, valueIn } from './fields-of.ts'

/** What the application needs to run, and how a drill installs it into `.venv`. */
export interface Dependencies {
  readonly file: string | undefined
  readonly install: readonly string[]
  /** All that says what is needed, for a look at whether something is. */
  readonly text: string
  readonly python: { readonly version: string; readonly file: string } | undefined
}

const venv = 'python3 -m venv .venv'

/** The first that is there counts, as where Railway builds. */
const kinds: readonly { readonly file: string; readonly install: readonly string[] }[] = [
  ...['requirements.txt', 'requirements/production.txt', 'requirements/prod.txt'].map((file) => ({
    file,
    install: [venv, `.venv/bin/pip install --requirement ${file}`],
  })),
  {
    file: 'uv.lock',
    install: ['python3 -m venv .uv', '.uv/bin/pip install uv', '.uv/bin/uv sync --frozen --no-dev'],
  },
  {
    file: 'poetry.lock',
    install: [
      venv,
      'python3 -m venv .poetry',
      '.poetry/bin/pip install poetry',
      '.poetry/bin/poetry install --only main --no-root --no-interaction',
    ],
  },
  {
    file: 'Pipfile.lock',
    install: [
      venv,
      'python3 -m venv .pipenv',
      '.pipenv/bin/pip install pipenv',
      '.pipenv/bin/pipenv requirements > .requirements-of-drill.txt',
      '.venv/bin/pip install --requirement .requirements-of-drill.txt',
    ],
  },
  {
    file: 'requirements/base.txt',
    install: [venv, '.venv/bin/pip install --requirement requirements/base.txt'],
  },
  { file: 'pyproject.toml', install: [venv, '.venv/bin/pip install .'] },
]

export async function lookAtDependencies(tree: Tree, directory: string): Promise<Dependencies> {
  const read = (file: string) => tree.read(directory === '' ? file : `${directory}/${file}`)
  const files = [...kinds.map(({ file }) => file), 'Pipfile']
  const texts = new Map(
    await Promise.all(files.map(async (file) => [file, await read(file)] as const)),
  )
  const kind = kinds.find(({ file }) => texts.get(file) !== undefined)
  return {
    file: kind?.file,
    install: kind?.install ?? [venv],
    text: [...texts.values()].join('\n').toLowerCase(),
    python: await pythonOf(read),
  }
}

/** What ubuntu-24.04 has by itself. */
const ofTheRunner = 12

async function pythonOf(
  read: (file: string) => Promise<string | undefined>,
): Promise<Dependencies['python']> {
  const pipfile = valueIn(await read('Pipfile'), 'toml')
  const project = valueIn(await read('pyproject.toml'), 'toml')
  const asked =
    textAt(project, 'project', 'requires-python') ??
    textAt(valueAt(project, 'tool', 'poetry', 'dependencies'), 'python')
  const least = /^\s*(?:>=|\^|~=?)\s*3\.(\d+)/.exec(asked ?? '')?.[1]
  const said: readonly (readonly [string, string | undefined])[] = [
    ['runtime.txt', /^\s*python-(\S+)/.exec((await read('runtime.txt')) ?? '')?.[1]],
    ['.python-version', (await read('.python-version'))?.trim()],
    [
      'Pipfile',
      textAt(pipfile, 'requires', 'python_full_version') ??
        textAt(pipfile, 'requires', 'python_version'),
    ],
    ['pyproject.toml', Number(least) > ofTheRunner ? `3.${least}` : undefined],
  ]
  const [found] = said.flatMap(([file, version]) =>
    version !== undefined && /^3\.\d+(\.\d+)?$/.test(version) ? [{ version, file }] : [],
  )
  return found
}
