import { Refusal } from './errors.ts'
import { answer, noContent } from './exchange.ts'
import type { Answer, Arrival } from './exchange.ts'
import type { Fault } from './faults.ts'
import { jsonBody } from './json-body.ts'
import type { NewRun } from './runs.ts'
import type { LocalGithub, RepositorySettings } from './settings.ts'
import type { Permissions } from './tokens.ts'

/**
 * What a test in another process, or a person with curl, does to this server besides using it.
 * GitHub has nothing like it, hence its own corner: `/_local/` on the API origin, without a token.
 *
 * - POST, GET, DELETE faults: arm one, list those that are armed, disarm all
 * - GET requests: what was asked so far
 * - POST tokens: `{ permissions, repository?, expiresAt? }`, answers `{ token }`
 * - POST runs: a workflow run, with `repository?`
 * - POST repositories: `{ name, private?, immutableReleases?, empty? }`
 */
export async function respondAsPanel(github: LocalGithub, arrival: Arrival): Promise<Answer> {
  const action = `${arrival.method} ${arrival.path.slice('/_local/'.length)}`
  const fields = arrival.method === 'POST' ? await jsonBody(arrival) : {}
  switch (action) {
    case 'POST faults':
      armed(github, fields as unknown as Fault)
      return answer(201, fields)
    case 'GET faults':
      return answer(200, github.faults())
    case 'DELETE faults':
      github.disarm()
      return noContent
    case 'GET requests':
      return answer(200, github.requests())
    case 'POST tokens':
      return answer(201, { token: issued(github, fields) })
    case 'POST runs': {
      const { repository, ...run } = fields as NewRun & { repository?: string }
      return answer(201, await github.addWorkflowRun(run, repository))
    }
    case 'POST repositories': {
      const { name, ...settings } = fields as unknown as RepositorySettings & { name: string }
      await github.addRepository(name, settings)
      return answer(201, { name, gitDirectory: github.gitDirectory(name) })
    }
    default:
      throw new Refusal(404, `Not Found: there is no ${action} here`)
  }
}

function armed(github: LocalGithub, fault: Fault): void {
  try {
    github.arm(fault)
  } catch (error) {
    throw new Refusal(422, error instanceof Error ? error.message : String(error))
  }
}

function issued(github: LocalGithub, fields: Readonly<Record<string, unknown>>): string {
  const { permissions, repository, expiresAt } = fields as {
    permissions: Permissions
    repository?: string
    expiresAt?: string
  }
  return github.issueToken(permissions, {
    ...(repository === undefined ? {} : { repository }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  })
}
