import { githubClient, systemClock } from '@recovery-playbook/host'
import type { LocalGithub } from '@recovery-playbook/local-github'
import type { LogKeeper } from '../src/index.ts'

/** Its pages are plain lists; the real ones are the report's. */
export const keeperOf = (github: LocalGithub, warnings: string[] = []): LogKeeper => {
  const [owner = '', repo = ''] = github.repository.split('/')
  return {
    request: githubClient(github.token, github.apiUrl),
    repository: { owner, repo },
    pages: {
      tags: (rows) => rows.map(({ tag }) => `${tag}\n`).join(''),
      operations: (rows, years) =>
        [...years, ...rows.map(({ repository }) => repository.tag)].join('\n'),
      year: (year, rows) => [year, ...rows.map(({ repository }) => repository.tag)].join('\n'),
    },
    warn: (line) => {
      warnings.push(line)
    },
    pause: (milliseconds) => systemClock.sleep(milliseconds),
  }
}
