import { chown, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnvironmentFile } from './environment-file.ts'

export interface Identity {
  readonly uid: number
  readonly gid: number
}

/** What a step wrote into the files that `GITHUB_*` names. */
export interface StepReport {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** For the steps that follow. */
  readonly environment: Readonly<Record<string, string>>
  /** For the action's own `post` step. */
  readonly state: Readonly<Record<string, string>>
  /** Folders for the front of PATH, the newest last. */
  readonly path: readonly string[]
}

export interface CommandFiles {
  readonly environment: Readonly<Record<string, string>>
  read(): Promise<StepReport>
}

/** `GITHUB_OUTPUT` and its sisters, empty, in a folder of the step's own. */
export async function commandFiles(directory: string, identity?: Identity): Promise<CommandFiles> {
  const names = ['OUTPUT', 'STEP_SUMMARY', 'ENV', 'STATE', 'PATH'] as const
  for (const name of names) {
    await writeFile(join(directory, name), '')
    if (identity !== undefined) await chown(join(directory, name), identity.uid, identity.gid)
  }
  const content = (name: (typeof names)[number]) => readFile(join(directory, name), 'utf8')
  return {
    environment: Object.fromEntries(names.map((name) => [`GITHUB_${name}`, join(directory, name)])),
    read: async () => ({
      outputs: parseEnvironmentFile(await content('OUTPUT')),
      summary: await content('STEP_SUMMARY'),
      environment: parseEnvironmentFile(await content('ENV')),
      state: parseEnvironmentFile(await content('STATE')),
      path: (await content('PATH')).split('\n').filter((line) => line !== ''),
    }),
  }
}
