import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Failure } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository, type Repository } from '@recovery-playbook/github'
import { childProcesses, githubClient, systemClock } from '@recovery-playbook/host'
import { childEnvironment } from '@recovery-playbook/processes'

/** GitHub, as far as it can be asked. */
export interface Home {
  /** `owner/name`. */
  readonly name: string
  readonly repository: Repository
  /** The address of its page. */
  readonly url: string
  /** Undefined without a token. */
  readonly request: GithubRequest | undefined
}

/** The clone of a repository that a command works in. */
export interface Desk {
  /** Undefined where nothing says which repository it is. */
  readonly home: Home | undefined
  readonly now: () => Date
  /** The text of a file; undefined where there is none, or where it is no text. */
  read(path: string): Promise<string | undefined>
  /** Makes the file or replaces it whole. */
  write(path: string, text: string): Promise<void>
  /** Names in a directory; none where there is none. */
  names(path: string): Promise<string[]>
  /** Lines that git prints; none where it fails. */
  git(...words: string[]): Promise<string[]>
  readonly print: (line: string) => void
}

/** @throws Failure INPUT_INVALID where there is no such directory, or it is no repository */
export async function openDesk(directory: string, repository?: string): Promise<Desk> {
  const root = resolve(directory)
  const git = (...words: string[]) => gitLines(root, words)
  const [top] = await git('rev-parse', '--show-toplevel')
  if (top === undefined) throw noClone(directory)
  const name = repository ?? process.env.GITHUB_REPOSITORY ?? (await originOf(git))
  const at = (path: string) => join(top, path)
  return {
    home: name === undefined ? undefined : homeOf(name),
    now: () => systemClock.now(),
    read: async (path) => {
      const text = await readFile(at(path), 'utf8').catch(() => undefined)
      return text?.includes('\0') === true ? undefined : text
    },
    write: async (path, text) => {
      await mkdir(dirname(at(path)), { recursive: true })
      const beside = `${at(path)}.new`
      await writeFile(beside, text)
      await rename(beside, at(path))
    },
    names: (path) => readdir(at(path)).catch(() => []),
    git,
    print: (line) => {
      console.log(line)
    },
  }
}

function homeOf(name: string): Home {
  const { GH_TOKEN = '', GITHUB_TOKEN = '', GITHUB_API_URL, GITHUB_SERVER_URL } = process.env
  const token = GH_TOKEN || GITHUB_TOKEN
  return {
    name,
    repository: parseRepository(name),
    url: `${GITHUB_SERVER_URL ?? 'https://github.com'}/${name}`,
    request:
      token === '' ? undefined : githubClient(token, GITHUB_API_URL ?? 'https://api.github.com'),
  }
}

/** `git@github.com:owner/name.git`, `https://github.com/owner/name`. */
async function originOf(git: Desk['git']): Promise<string | undefined> {
  const [url = ''] = await git('remote', 'get-url', 'origin')
  return /[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url)?.[1]
}

async function gitLines(directory: string, words: readonly string[]): Promise<string[]> {
  const child = childProcesses().start({
    program: 'git',
    arguments: ['-C', directory, ...words],
    environment: { ...childEnvironment, PATH: process.env.PATH ?? '' },
  })
  child.stdin.end()
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer)
  const { code } = await child.ending
  const text = Buffer.concat(chunks).toString('utf8')
  return code === 0 ? text.split(/[\0\n]/).filter(Boolean) : []
}

const noClone = (directory: string) =>
  new Failure('INPUT_INVALID', `'${directory}' is no git repository.`, {
    hint: 'Call it in a clone of the repository, or name one with --directory.',
  })
