import { spawn } from 'node:child_process'
import { buffer, text } from 'node:stream/consumers'

export interface GitObject {
  readonly sha: string
  readonly type: 'blob' | 'commit' | 'tag' | 'tree'
  readonly content: Buffer
}

export interface GitRef {
  readonly ref: string
  readonly sha: string
  readonly type: string
}

interface Options {
  input?: string | Buffer
  environment?: Record<string, string>
}

/** A git command that ended with something other than 0. */
export class GitFailure extends Error {
  readonly code: number | null

  constructor(command: string, code: number | null, stderr: string) {
    super(`git ${command} ended with ${code ?? 'a signal'}: ${stderr.trim()}`)
    this.name = 'GitFailure'
    this.code = code
  }
}

/** A bare repository, through the git program; never through a shell, never with user settings. */
export class Git {
  readonly directory: string

  constructor(directory: string) {
    this.directory = directory
  }

  async initialise(branch: string): Promise<void> {
    await this.run(['init', '--quiet', '--bare', `--initial-branch=${branch}`, this.directory])
  }

  async run(command: readonly string[], options: Options = {}): Promise<Buffer> {
    const child = spawn('git', ['--git-dir', this.directory, ...command], {
      env: { ...isolated, ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    // git may end before it has read everything; its exit code says why, not EPIPE.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', resolve)
    })
    const [stdout, stderr, code] = await Promise.all([
      buffer(child.stdout),
      text(child.stderr),
      ended,
    ])
    if (code !== 0) throw new GitFailure(command[0] ?? '', code, stderr)
    return stdout
  }

  async line(command: readonly string[], options: Options = {}): Promise<string> {
    return (await this.run(command, options)).toString('utf8').trim()
  }

  async succeeds(command: readonly string[]): Promise<boolean> {
    return this.run(command).then(
      () => true,
      (error: unknown) => {
        if (error instanceof GitFailure) return false
        throw error
      },
    )
  }

  /** @param name a full hash, a branch, a tag, or `name:path`; no other revision syntax */
  async object(name: string): Promise<GitObject | undefined> {
    if (!isPlain(name)) return undefined
    const output = await this.run(['cat-file', '--batch'], { input: `${name}\n` })
    const end = output.indexOf(0x0a)
    const [, sha, type, size] = present.exec(output.subarray(0, end).toString('utf8')) ?? []
    if (sha === undefined) return undefined
    const content = output.subarray(end + 1, end + 1 + Number(size))
    return { sha, type: type as GitObject['type'], content }
  }

  /** The hash of what `name` is, peeled to a commit where it is a tag. */
  async commitSha(name: string): Promise<string | undefined> {
    if (!isPlain(name) || name.includes(':')) return undefined
    return this.#sha(`${name}^{commit}`)
  }

  /** The hash of a file or folder in a commit; of the whole tree for an empty path. */
  async shaAt(commit: string, path: string): Promise<string | undefined> {
    return isPlain(path) ? this.#sha(`${commit}:${path}`) : undefined
  }

  async type(sha: string): Promise<string | undefined> {
    return isPlain(sha) ? (await this.#check(sha))?.type : undefined
  }

  /** Refs whose full name begins with `prefix`. */
  async refs(prefix: string): Promise<GitRef[]> {
    const output = await this.line([
      'for-each-ref',
      '--format=%(refname) %(objectname) %(objecttype)',
    ])
    return output
      .split('\n')
      .filter((line) => line.startsWith(prefix))
      .map((line) => {
        const [ref = '', sha = '', type = ''] = line.split(' ')
        return { ref, sha, type }
      })
  }

  async ref(name: string): Promise<GitRef | undefined> {
    return (await this.refs(name)).find(({ ref }) => ref === name)
  }

  isWellFormed(ref: string): Promise<boolean> {
    return ref.includes('\0')
      ? Promise.resolve(false)
      : this.succeeds(['check-ref-format', ref.startsWith('refs/') ? ref : `refs/${ref}`])
  }

  async #sha(name: string): Promise<string | undefined> {
    return (await this.#check(name))?.sha
  }

  async #check(name: string): Promise<{ sha: string; type: string } | undefined> {
    const line = await this.line(['cat-file', '--batch-check'], { input: `${name}\n` })
    const [, sha, type] = present.exec(line) ?? []
    return sha === undefined || type === undefined ? undefined : { sha, type }
  }
}

/** Keeps hostile names from being read as several names, or as git's revision syntax. */
const isPlain = (name: string): boolean => !/[\p{Cc}~^?*[\\]|@\{/u.test(name)

/** What cat-file says of an object that exists; of another it says `… missing`. */
const present = /^([0-9a-f]{40}) (\w+) (\d+)$/

/** The environment of every git process: a user's configuration must not change an answer. */
const isolated = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
}
