import { createHash } from 'node:crypto'
import { access, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { timestamp } from './exchange.ts'
import { Git } from './git.ts'
import { writeBlob, writeCommit } from './git-objects.ts'
import { actionsBot } from './people.ts'
import type { RepositorySettings } from './settings.ts'
import { StateFile } from './state.ts'
import type { RepositoryState } from './state.ts'

/** One repository: its state, its git and its assets' files, in a folder of its own. */
export class Repository {
  readonly name: string
  readonly git: Git
  readonly #directory: string
  readonly #file: StateFile

  constructor(name: string, directory: string, file: StateFile) {
    this.name = name
    this.git = new Git(gitDirectory(directory, name))
    this.#directory = directory
    this.#file = file
  }

  get state(): RepositoryState {
    return this.#file.current
  }

  /** Changes are made one after the other; one that throws leaves nothing behind. */
  change<T>(mutate: (state: RepositoryState) => T | Promise<T>): Promise<T> {
    return this.#file.change(mutate)
  }

  settled(): Promise<void> {
    return this.#file.settled()
  }

  assetPath(id: number): string {
    return join(this.#directory, 'assets', String(id))
  }

  async removeAssets(ids: readonly number[]): Promise<void> {
    await Promise.all(ids.map((id) => rm(this.assetPath(id), { force: true })))
  }

  /** The newest commit of the default branch; undefined in an empty repository. */
  head(): Promise<string | undefined> {
    return this.git.commitSha(`refs/heads/${this.state.defaultBranch}`)
  }
}

export const nextId = (state: RepositoryState): number => (state.lastId += 1)

export const gitDirectory = (directory: string, name: string): string =>
  join(directory, `${name.split('/')[1] ?? name}.git`)

/** @returns undefined when there is no such repository */
export async function openRepository(
  name: string,
  directory: string,
): Promise<Repository | undefined> {
  const path = statePath(directory)
  const exists = await access(path).then(
    () => true,
    () => false,
  )
  return exists ? new Repository(name, directory, await StateFile.open(path)) : undefined
}

export async function createRepository(
  name: string,
  directory: string,
  settings: RepositorySettings,
  now: () => Date,
): Promise<Repository> {
  await mkdir(join(directory, 'assets'), { recursive: true })
  const git = new Git(gitDirectory(directory, name))
  await git.initialise('main')
  if (settings.empty !== true) await firstCommit(git, name, now())
  // The state comes last: without it the repository does not exist, and is made anew.
  const file = await StateFile.create(statePath(directory), {
    id: createHash('sha256').update(name).digest().readUInt32BE() >>> 4,
    name,
    private: settings.private ?? true,
    immutableReleases: settings.immutableReleases ?? false,
    defaultBranch: 'main',
    createdAt: timestamp(now()),
    lastId: 1000,
    releases: [],
    latestRelease: null,
    immutableTags: [],
    issues: [],
    statuses: [],
    runs: [],
    people: settings.people ?? {},
    secrets: (settings.secrets ?? []).map((name) => name.toUpperCase()),
  })
  return new Repository(name, directory, file)
}

const statePath = (directory: string): string => join(directory, 'repository.json')

async function firstCommit(git: Git, name: string, now: Date): Promise<void> {
  const readme = await writeBlob(git, Buffer.from(`# ${name}\n`))
  const tree = await git.line(['mktree'], { input: `100644 blob ${readme}\tREADME.md\n` })
  const author = { name: actionsBot.login, email: actionsBot.email, date: timestamp(now) }
  const message = 'Initial commit\n'
  const commit = await writeCommit(git, { tree, parents: [], author, committer: author, message })
  await git.run(['update-ref', 'refs/heads/main', commit])
}
