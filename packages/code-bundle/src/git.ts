import { join } from 'node:path'
import { type Answer, childEnvironment, type Processes, run } from '@recovery-playbook/processes'

/** The program git, and what it needs. */
export interface Git {
  /** Where it is looked for. */
  readonly searchPath: string
  readonly processes: Processes
  /** A directory for whatever it wants to write beside. */
  readonly home: string
}

/** A repository's own configuration must not start programs here; who owns its files is of no matter. */
const settings = [
  ['safe.directory', '*'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['protocol.allow', 'never'],
  ['protocol.file.allow', 'always'],
  ['uploadpack.allowAnySHA1InWant', 'true'],
] as const

/** A file of settings; whether it is there or not. */
export const globalSettings = (home: string): string => join(home, 'gitconfig')

export const git = (
  { searchPath, processes, home }: Git,
  words: readonly string[],
): Promise<Answer> =>
  run(processes, {
    program: '/usr/bin/env',
    arguments: ['git', ...words],
    environment: {
      ...childEnvironment,
      PATH: searchPath,
      HOME: home,
      // Also for the git at the other end of a transfer, which gets none of the settings below.
      GIT_CONFIG_GLOBAL: globalSettings(home),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_COUNT: String(settings.length),
      ...Object.fromEntries(
        settings.flatMap(([key, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, key],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
    },
  })
