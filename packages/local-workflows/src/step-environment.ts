import { delimiter } from 'node:path'
import type { JobState } from './job.ts'

/** Of the context `github`, what GitHub also gives as `GITHUB_*`. */
const given =
  'actor api_url base_ref event_name event_path graphql_url head_ref job ref ref_name ref_type ' +
  'repository repository_owner retention_days run_attempt run_id run_number server_url sha ' +
  'triggering_actor workflow workflow_ref workflow_sha workspace'

/** The variables of a step, in GitHub's order of precedence. */
export function stepEnvironment(
  { contexts, environment, path }: JobState,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const github = contexts.github as Record<string, string>
  const runner = contexts.runner as Record<string, string>
  const upper = (prefix: string, values: Record<string, string>, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`${prefix}${name.toUpperCase()}`, values[name] ?? '']))
  return {
    HOME: process.env.HOME ?? '/',
    LANG: 'C.UTF-8',
    ...environment,
    ...own,
    PATH: [...path, own.PATH ?? environment.PATH ?? process.env.PATH ?? ''].join(delimiter),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    ...upper('GITHUB_', github, given.split(' ')),
    ...upper('RUNNER_', runner, Object.keys(runner)),
  }
}
