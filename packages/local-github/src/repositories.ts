import { join } from 'node:path'
import { createRepository, gitDirectory, openRepository } from './repository.ts'
import type { Repository } from './repository.ts'
import type { RepositorySettings } from './settings.ts'

/** `owner/name` as GitHub allows it; nothing that could leave the folder. */
const wellFormed = /^[A-Za-z0-9][A-Za-z0-9-]*\/(?!\.\.?$)[\w.-]+$/

/** All repositories under one folder, each opened when it is first asked for. */
export class Repositories {
  readonly #directory: string
  readonly #now: () => Date
  readonly #open = new Map<string, Promise<Repository | undefined>>()

  constructor(directory: string, now: () => Date) {
    this.#directory = directory
    this.#now = now
  }

  async find(name: string): Promise<Repository | undefined> {
    if (!wellFormed.test(name)) return undefined
    const opening = this.#open.get(name) ?? openRepository(name, this.#directoryOf(name))
    this.#open.set(name, opening)
    const repository = await opening
    if (repository === undefined && this.#open.get(name) === opening) this.#open.delete(name)
    return repository
  }

  /** Makes the repository; of one that exists, only what the settings name is changed. */
  async add(name: string, settings: RepositorySettings): Promise<void> {
    if (!wellFormed.test(name)) throw new TypeError(`not a repository's name: ${name}`)
    const existing = await this.find(name)
    if (existing !== undefined) {
      await existing.change((state) => {
        state.private = settings.private ?? state.private
        state.immutableReleases = settings.immutableReleases ?? state.immutableReleases
        state.workflowStates = settings.workflowStates ?? state.workflowStates ?? {}
        state.people = settings.people ?? state.people ?? {}
        const { secrets = state.secrets ?? [] } = settings
        state.secrets = secrets.map((name) => name.toUpperCase())
      })
      return
    }
    const making = createRepository(name, this.#directoryOf(name), settings, this.#now)
    this.#open.set(name, making)
    await making
  }

  gitDirectory(name: string): string {
    return gitDirectory(this.#directoryOf(name), name)
  }

  async settled(): Promise<void> {
    const repositories = await Promise.all([...this.#open.values()])
    await Promise.all(repositories.map(async (repository) => repository?.settled()))
  }

  #directoryOf(name: string): string {
    return join(this.#directory, 'repositories', name)
  }
}
